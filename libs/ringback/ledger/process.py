"""`python -m services.<domain> worker|api|migrate`: the process of a domain service, whichever it is."""

import sys
from importlib import import_module
from pathlib import Path

import uvloop

from ringback.ledger.receiver import Domain
from ringback.ledger.service import serve
from ringback.runtime.process import begin
from ringback.runtime.settings import DatabaseSettings, HttpSettings, Settings


def main(domain: Domain, databases: DatabaseSettings, folder: Path) -> None:
    """One process has one role, and loads no more than that: a worker's start after a kill is to be short.

    `folder` is the service's own: its migrations lie there.
    """
    role = " ".join(sys.argv[1:])
    begin(f"{domain.name}-{role}")
    match role:
        case "worker":
            uvloop.run(serve(domain, Settings(), databases.writer_dsn))
        case "api":
            from ringback.http.server import run

            app = import_module(f"services.{domain.name}.api").create_app()
            run(app, HttpSettings(), app.state.readiness)
        case "migrate":
            from ringback.postgres.migrations import upgrade

            upgrade(folder / "migrations", databases.owner_dsn)
        case _:
            sys.exit(f"usage: python -m services.{domain.name} worker|api|migrate")
