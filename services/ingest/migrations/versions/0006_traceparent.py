"""The trace of the request that brought an import, so that the work on it continues that trace."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forward."""
    op.execute("ALTER TABLE imports ADD COLUMN traceparent text")


def downgrade() -> None:
    """Back."""
    op.execute("ALTER TABLE imports DROP COLUMN traceparent")
