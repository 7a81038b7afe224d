"""`python -m services.ingest api|worker|migrate`: each process of ingest, wired from its settings."""

import gc
import sys
from pathlib import Path

import uvloop

from ringback.runtime.process import begin
from services.ingest.settings import ApiSettings, MigrationSettings, WorkerSettings

#: Rows are many small objects that die by themselves; looking for cycles among them every 700 was 8 % of their CPU.
COLLECT = 20_000, 10, 10


def api() -> None:
    """Serves the HTTP API on its own port."""
    from ringback.http.server import run
    from services.ingest.api import create_app

    settings = ApiSettings()
    app = create_app(settings)
    run(app, settings, app.state.readiness)


def worker() -> None:
    """Works on imports until SIGTERM or SIGINT."""
    from services.ingest.process import run

    gc.set_threshold(*COLLECT)
    uvloop.run(run(WorkerSettings()))


def migrate() -> None:
    """Brings the database forward; Alembic is loaded here alone, for a worker's start after a kill is to be short."""
    from ringback.postgres.migrations import upgrade

    upgrade(Path(__file__).parent / "migrations", MigrationSettings().ingest_owner_dsn)


COMMANDS = {"api": api, "worker": worker, "migrate": migrate}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(f"usage: python -m services.ingest {'|'.join(COMMANDS)}")
    begin(f"ingest-{sys.argv[1]}")
    COMMANDS[sys.argv[1]]()
