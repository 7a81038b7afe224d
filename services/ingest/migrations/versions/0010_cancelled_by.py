"""Who wants an import to end where it stands."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Forward."""
    op.execute("ALTER TABLE imports ADD COLUMN cancelled_by text")


def downgrade() -> None:
    """Back."""
    op.execute("ALTER TABLE imports DROP COLUMN cancelled_by")
