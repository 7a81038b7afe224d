"""The lines of undos, and what messages call their conversations."""

from alembic import op

from ringback.ledger.ddl import DROP_LEDGER_2, LEDGER_2

revision = "0005"
down_revision = "0004"


NAMING = """
    CREATE INDEX contributions_naming ON contributions ((said ->> 'external_conversation_id'))
    WHERE entity = 'messages' AND said ->> 'external_conversation_id' IS NOT NULL
"""


def upgrade() -> None:
    """Forward."""
    for statement in LEDGER_2:
        op.execute(statement)
    op.execute(NAMING)


def downgrade() -> None:
    """Back."""
    for statement in DROP_LEDGER_2:
        op.execute(statement)
    op.execute("DROP INDEX contributions_naming")
