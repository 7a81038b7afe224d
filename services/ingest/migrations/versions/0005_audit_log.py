"""Who did what; the API adds to it and reads it, and changes nothing."""

from alembic import op

from ringback.postgres.audit import audit_log_1

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Forward."""
    for statement in audit_log_1("ingest"):
        op.execute(statement)


def downgrade() -> None:
    """Back."""
    op.execute("DROP TABLE audit_log")
