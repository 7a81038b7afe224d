"""Uploads that go past the API, straight to the object store by a pre-signed URL."""

from alembic import op

from ringback.postgres.tenancy import isolate

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward."""
    op.execute("""
        CREATE TABLE uploads (
            tenant_id text NOT NULL,
            id uuid NOT NULL,
            filename text NOT NULL,
            created_by text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz NOT NULL,
            import_id uuid,
            PRIMARY KEY (tenant_id, id),
            FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id)
        )
    """)
    for statement in isolate("uploads"):
        op.execute(statement)


def downgrade() -> None:
    """Back."""
    op.execute("DROP TABLE uploads")
