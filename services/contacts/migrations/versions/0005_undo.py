"""The lines of undos, and which lists people made."""

from alembic import op

from ringback.ledger.ddl import DROP_LEDGER_2, LEDGER_2

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Forward."""
    for statement in LEDGER_2:
        op.execute(statement)
    # Of the lists there are nobody knows it any more: they stay.
    op.execute("ALTER TABLE contact_lists ADD by_person boolean NOT NULL DEFAULT true")
    op.execute("ALTER TABLE contact_lists ALTER by_person DROP DEFAULT")


def downgrade() -> None:
    """Back."""
    for statement in DROP_LEDGER_2:
        op.execute(statement)
    op.execute("ALTER TABLE contact_lists DROP by_person")
