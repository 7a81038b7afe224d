"""Alembic's entry; the tables are declared in `services.contacts.tables`."""

from ringback.postgres.migrations import run_environment
from services.contacts.tables import metadata

run_environment(metadata)
