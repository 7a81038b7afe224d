"""An upload may be a table of any kind, with what was chosen of how it is read."""

from alembic import op

revision = "0008"
down_revision = "0007"

CHOSEN = {"sheet": "text", "header_row": "bigint", "encoding": "text", "mapping": "json"}


def upgrade() -> None:
    """Forward."""
    op.execute("ALTER TABLE imports ADD COLUMN kind text NOT NULL DEFAULT 'archive'")
    for name, kind in CHOSEN.items():
        op.execute(f"ALTER TABLE import_files ADD COLUMN {name} {kind}")


def downgrade() -> None:
    """Back."""
    for name in CHOSEN:
        op.execute(f"ALTER TABLE import_files DROP COLUMN {name}")
    op.execute("ALTER TABLE imports DROP COLUMN kind")
