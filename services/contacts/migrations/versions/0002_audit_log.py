"""Who did what; the API adds to it and reads it, and changes nothing."""

from alembic import op

from ringback.postgres.audit import audit_log_1

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    for statement in audit_log_1("contacts"):
        op.execute(statement)


def downgrade() -> None:
    """Back."""
    op.execute("DROP TABLE audit_log")
