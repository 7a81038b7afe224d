"""What people do with contacts: delete them, and put them in lists, which the contacts that stand are in already."""

from hashlib import blake2b

from alembic import op
from sqlalchemy import text

from ringback.postgres.tenancy import isolate

revision = "0004"
down_revision = "0003"

DELETED_KEYS = """
    CREATE TABLE deleted_contact_keys (
        tenant_id text NOT NULL, kind text NOT NULL, source text NOT NULL, value text NOT NULL,
        contact_id bigint NOT NULL, PRIMARY KEY (tenant_id, kind, source, value, contact_id)
    )
"""

LISTS = """
    CREATE TABLE contact_lists (
        tenant_id text NOT NULL, id bigint NOT NULL, name_key bytea NOT NULL, name text NOT NULL,
        created_at timestamptz NOT NULL, PRIMARY KEY (tenant_id, id)
    )
"""


def upgrade() -> None:
    """Forward. The owner reads all tenants' contacts, and so is let past their policy for the while."""
    op.execute("ALTER TABLE contacts ADD COLUMN deleted_at timestamptz")
    op.execute("ALTER TABLE contacts_shadow ADD COLUMN deleted_at timestamptz")
    op.execute(DELETED_KEYS)
    op.execute("CREATE INDEX deleted_contact_keys_of_contact ON deleted_contact_keys (contact_id)")
    op.execute("CREATE SEQUENCE contact_lists_id_seq")
    op.execute(LISTS)
    op.execute("CREATE UNIQUE INDEX contact_lists_by_name ON contact_lists (tenant_id, name_key)")
    _take_in()
    for table in ("deleted_contact_keys", "contact_lists"):
        for statement in isolate(table):
            op.execute(statement)


def downgrade() -> None:
    """Back. Deleted contacts are taken out: they would be there again."""
    op.execute("ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM contacts WHERE deleted_at IS NOT NULL")
    op.execute("ALTER TABLE contacts FORCE ROW LEVEL SECURITY")
    op.execute("DROP TABLE contact_lists")
    op.execute("DROP SEQUENCE contact_lists_id_seq")
    op.execute("DROP TABLE deleted_contact_keys")
    op.execute("ALTER TABLE contacts_shadow DROP COLUMN deleted_at")
    op.execute("ALTER TABLE contacts DROP COLUMN deleted_at")


def _take_in() -> None:
    """The lists that imports have named."""
    op.execute("ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY")
    named = op.get_bind().execute(text("SELECT DISTINCT tenant_id, unnest(lists) AS name FROM contacts ORDER BY 1, 2"))
    for tenant, name in named.all():
        key = blake2b(f"{tenant}\x1f{name}".encode(), digest_size=16).digest()
        op.get_bind().execute(
            text("INSERT INTO contact_lists VALUES (:tenant, nextval('contact_lists_id_seq'), :key, :name, now())"),
            {"tenant": tenant, "key": key, "name": name},
        )
    op.execute("ALTER TABLE contacts FORCE ROW LEVEL SECURITY")
