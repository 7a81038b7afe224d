"""Contacts, their keys, the shadows of both, and the ledger."""

from alembic import op

from ringback.ledger.ddl import LEDGER_1
from ringback.postgres.tenancy import conceal, isolate

revision = "0001"
down_revision = None

CONTACT = """
        source text NOT NULL,
        external_id text,
        import_id uuid,
        sequence bigint,
        source_time timestamptz,
        field_times jsonb,
        custom jsonb,
        first_name text, last_name text, name text, email text, phone_2 text, phone text, company text, title text,
        address_line_1 text, address_line_2 text, city text, state text, postal_code text, country text,
        status text, lead_source text, lead_status text, market text, product text,
        opt_in_through text, conversation_status text,
        tags text[] NOT NULL,
        lists text[] NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
"""

KEY = "kind text NOT NULL, source text NOT NULL, value text NOT NULL, contact_id bigint NOT NULL"

TABLES = {
    "contacts": f"tenant_id text NOT NULL, id bigint NOT NULL, {CONTACT}, PRIMARY KEY (tenant_id, id)",
    "contact_keys": f"tenant_id text NOT NULL, {KEY}, PRIMARY KEY (tenant_id, kind, source, value)",
    "contacts_shadow": f"""
        shadow_of uuid NOT NULL, tenant_id text NOT NULL, id bigint NOT NULL, {CONTACT},
        PRIMARY KEY (tenant_id, id, shadow_of)
    """,
    "contact_keys_shadow": f"""
        shadow_of uuid NOT NULL, tenant_id text NOT NULL, {KEY},
        PRIMARY KEY (tenant_id, kind, source, value, shadow_of)
    """,
}


def upgrade() -> None:
    op.execute("CREATE SEQUENCE contacts_id_seq")
    for table, columns in TABLES.items():
        op.execute(f"CREATE TABLE {table} ({columns})")
    op.execute("CREATE INDEX contact_keys_of_contact ON contact_keys (contact_id)")
    op.execute("CREATE INDEX contact_keys_shadow_of_contact ON contact_keys_shadow (contact_id, shadow_of)")
    op.execute(LEDGER_1)
    for table in (*TABLES, "ledger"):
        for statement in isolate(table):
            op.execute(statement)
    for table in ("contacts_shadow", "contact_keys_shadow"):
        op.execute(conceal(table, "contacts_api"))


def downgrade() -> None:
    for table in ("ledger", *reversed(TABLES)):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP SEQUENCE contacts_id_seq")
