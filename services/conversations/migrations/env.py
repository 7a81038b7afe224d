"""Alembic's entry; the tables are declared in `services.conversations.tables`."""

from ringback.postgres.migrations import run_environment
from services.conversations.tables import metadata

run_environment(metadata)
