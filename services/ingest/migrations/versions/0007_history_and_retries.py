"""Imports can be hidden from the history, and the failed rows of one run again in another."""

from alembic import op

from ringback.postgres.tenancy import isolate

revision = "0007"
down_revision = "0006"

RETRIED_ROWS = """
    tenant_id text NOT NULL,
    import_id uuid NOT NULL,
    entity text NOT NULL,
    number bigint NOT NULL,
    row bigint NOT NULL,
    of_import uuid NOT NULL,
    of_row bigint NOT NULL,
    PRIMARY KEY (tenant_id, import_id, entity, number),
    FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id)
"""


def upgrade() -> None:
    """Forward."""
    op.execute("ALTER TABLE imports ADD COLUMN hidden_at timestamptz, ADD COLUMN retry_of uuid")
    op.execute("CREATE INDEX imports_by_retry ON imports (tenant_id, retry_of) WHERE retry_of IS NOT NULL")
    op.execute(f"CREATE TABLE retried_rows ({RETRIED_ROWS})")
    op.execute("CREATE INDEX retried_rows_by_origin ON retried_rows (tenant_id, of_import, entity, of_row)")
    for statement in isolate("retried_rows"):
        op.execute(statement)


def downgrade() -> None:
    """Back."""
    op.execute("DROP TABLE retried_rows")
    op.execute("ALTER TABLE imports DROP COLUMN retry_of, DROP COLUMN hidden_at")
