"""`python -m services.calls worker|api|migrate`."""

import sys
from pathlib import Path

import uvicorn
import uvloop

from ringback.ledger.service import serve
from ringback.runtime import logs
from ringback.runtime.settings import HttpSettings, Settings
from services.calls.settings import CallsSettings
from services.calls.worker import DOMAIN


def main(role: str) -> None:
    """One process has one role, and loads no more than that: a worker's start after a kill is to be short."""
    logs.configure(f"calls-{role}")
    settings = CallsSettings()
    match role:
        case "worker":
            uvloop.run(serve(DOMAIN, Settings(), settings.writer_dsn))
        case "api":
            http = HttpSettings()
            uvicorn.run("services.calls.api:create_app", factory=True, host=http.http_host, port=http.http_port)
        case "migrate":
            from ringback.postgres.migrations import upgrade

            upgrade(Path(__file__).parent / "migrations", settings.owner_dsn)
        case _:
            sys.exit(f"unknown role {role!r}: worker, api or migrate")


if __name__ == "__main__":
    main(sys.argv[1])
