"""What a person who maps a table is shown of it is kept with it, and mappings can be saved to be used again."""

from alembic import op

from ringback.postgres.tenancy import isolate

revision = "0011"
down_revision = "0010"

TEMPLATES = """
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    entity text NOT NULL,
    header json NOT NULL,
    targets json NOT NULL,
    fingerprint text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT one_template_of_a_name UNIQUE (tenant_id, name)
"""


def upgrade() -> None:
    """Forward."""
    op.execute("ALTER TABLE import_files ADD COLUMN offer json")
    op.execute(f"CREATE TABLE mapping_templates ({TEMPLATES})")
    op.execute("CREATE INDEX mapping_templates_by_header ON mapping_templates (tenant_id, entity, fingerprint)")
    for statement in isolate("mapping_templates"):
        op.execute(statement)


def downgrade() -> None:
    """Back."""
    op.execute("DROP TABLE mapping_templates")
    op.execute("ALTER TABLE import_files DROP COLUMN offer")
