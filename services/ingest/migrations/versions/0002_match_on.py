"""By what contacts are found: `match_on` (rules §4)."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    op.execute("ALTER TABLE imports ADD COLUMN match_on text NOT NULL DEFAULT 'both'")


def downgrade() -> None:
    """Back."""
    op.execute("ALTER TABLE imports DROP COLUMN match_on")
