"""The lines of undos."""

from alembic import op

from ringback.ledger.ddl import DROP_LEDGER_2, LEDGER_2

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Forward."""
    for statement in LEDGER_2:
        op.execute(statement)


def downgrade() -> None:
    """Back."""
    for statement in DROP_LEDGER_2:
        op.execute(statement)
