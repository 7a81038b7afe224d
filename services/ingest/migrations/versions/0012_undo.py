"""Imports that take another one out again, and what became of the records that they met."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Forward."""
    op.execute("ALTER TABLE imports ADD COLUMN undoes uuid")
    op.execute("CREATE INDEX imports_by_undo ON imports (tenant_id, undoes) WHERE undoes IS NOT NULL")
    op.execute(
        "ALTER TABLE import_files"
        " ADD COLUMN removed bigint NOT NULL DEFAULT 0,"
        " ADD COLUMN restored bigint NOT NULL DEFAULT 0,"
        " ADD COLUMN kept bigint NOT NULL DEFAULT 0,"
        " ADD COLUMN undo boolean NOT NULL DEFAULT false,"
        " DROP CONSTRAINT every_row_is_counted_once,"
        " ADD CONSTRAINT every_row_is_counted_once CHECK (undo OR seen = new + updated + skipped + failed)"
    )


def downgrade() -> None:
    """Back. Undoes are no imports of rows, and would be taken for such."""
    of_undoes = "(tenant_id, import_id) IN (SELECT tenant_id, id FROM imports WHERE undoes IS NOT NULL)"
    tables = ("import_files", "failed_rows", "retried_rows", "import_warnings", "import_log", "outbox")
    for table in (*tables, "imports"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for table in tables:
        op.execute(f"DELETE FROM {table} WHERE {of_undoes}")
    op.execute("DELETE FROM imports WHERE undoes IS NOT NULL")
    for table in (*tables, "imports"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        "ALTER TABLE import_files"
        " DROP CONSTRAINT every_row_is_counted_once,"
        " DROP COLUMN removed, DROP COLUMN restored, DROP COLUMN kept, DROP COLUMN undo,"
        " ADD CONSTRAINT every_row_is_counted_once CHECK (seen = new + updated + skipped + failed)"
    )
    op.execute("ALTER TABLE imports DROP COLUMN undoes")
