"""Imports, their files, failed rows and warnings, and the outbox."""

from alembic import op

from ringback.postgres.tenancy import isolate

revision = "0001"
down_revision = None

TABLES = {
    "imports": """
        tenant_id text NOT NULL,
        id uuid NOT NULL,
        parent uuid,
        status text NOT NULL,
        dry_run boolean NOT NULL,
        source text NOT NULL,
        notes text,
        tags text[] NOT NULL,
        external_id text,
        on_duplicate text NOT NULL,
        region text NOT NULL,
        zone text NOT NULL,
        own_numbers text[] NOT NULL,
        filename text,
        spool_key text NOT NULL,
        size bigint NOT NULL,
        sha256 text NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        ended_at timestamptz,
        reason text,
        revision bigint NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id)
    """,
    "import_files": """
        tenant_id text NOT NULL,
        import_id uuid NOT NULL,
        entity text NOT NULL,
        name text NOT NULL,
        rows bigint,
        survey json,
        seen bigint NOT NULL DEFAULT 0,
        new bigint NOT NULL DEFAULT 0,
        updated bigint NOT NULL DEFAULT 0,
        skipped bigint NOT NULL DEFAULT 0,
        failed bigint NOT NULL DEFAULT 0,
        closed boolean NOT NULL DEFAULT false,
        PRIMARY KEY (tenant_id, import_id, entity),
        FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id),
        CONSTRAINT every_row_is_counted_once CHECK (seen = new + updated + skipped + failed),
        CONSTRAINT no_more_than_there_are CHECK (seen <= rows)
    """,
    "failed_rows": """
        tenant_id text NOT NULL,
        import_id uuid NOT NULL,
        entity text NOT NULL,
        row bigint NOT NULL,
        line bigint NOT NULL,
        code text NOT NULL,
        "column" text,
        message text NOT NULL,
        cells json NOT NULL,
        PRIMARY KEY (tenant_id, import_id, entity, row),
        FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id)
    """,
    "import_warnings": """
        tenant_id text NOT NULL,
        import_id uuid NOT NULL,
        entity text NOT NULL,
        row bigint NOT NULL,
        code text NOT NULL,
        "column" text,
        message text NOT NULL,
        PRIMARY KEY (tenant_id, import_id, entity, row, message),
        FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id)
    """,
    "outbox": """
        tenant_id text NOT NULL,
        import_id uuid NOT NULL,
        revision bigint NOT NULL,
        PRIMARY KEY (tenant_id, import_id, revision),
        FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id)
    """,
}
INDEXES = (
    "CREATE INDEX imports_by_time ON imports (tenant_id, created_at, id)",
    "CREATE INDEX imports_at_work ON imports (tenant_id, created_at) WHERE status IN ('queued', 'running')",
)


def upgrade() -> None:
    """Forward."""
    for name, columns in TABLES.items():
        op.execute(f"CREATE TABLE {name} ({columns})")
        for statement in isolate(name):
            op.execute(statement)
    for statement in INDEXES:
        op.execute(statement)


def downgrade() -> None:
    """Back."""
    for name in reversed(TABLES):
        op.execute(f"DROP TABLE {name}")
