"""What an import's blank cells mean, and the list that its contacts are added to."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Forward."""
    op.execute("ALTER TABLE imports ADD COLUMN defaults jsonb NOT NULL DEFAULT '{}', ADD COLUMN list text")


def downgrade() -> None:
    """Back."""
    op.execute("ALTER TABLE imports DROP COLUMN defaults, DROP COLUMN list")
