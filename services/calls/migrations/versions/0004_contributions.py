"""Contributions of records that have several, and records by their import."""

from alembic import op

from ringback.fold.ddl import contributions_1, drop_contributions_1
from ringback.postgres.tenancy import conceal, isolate

revision = "0004"
down_revision = "0003"

KINDS = ("calls",)


def upgrade() -> None:
    """Forward."""
    tables = (*isolate("contributions"), *isolate("contributions_shadow"))
    for statement in (*contributions_1(*KINDS), *tables, conceal("contributions_shadow", "calls_api")):
        op.execute(statement)


def downgrade() -> None:
    """Back."""
    for statement in drop_contributions_1(*KINDS):
        op.execute(statement)
