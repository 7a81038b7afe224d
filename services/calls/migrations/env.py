"""Alembic's entry; the tables are declared in `services.calls.tables`."""

from ringback.postgres.migrations import run_environment
from services.calls.tables import metadata

run_environment(metadata)
