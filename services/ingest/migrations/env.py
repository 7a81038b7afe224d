"""Run by Alembic."""

from ringback.postgres.migrations import run_environment
from services.ingest.tables import metadata

run_environment(metadata)
