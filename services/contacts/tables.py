"""The contacts service's tables: SQLAlchemy declares them, builds the API's queries and feeds Alembic."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from ringback.fold.contribution_tables import contribution_tables, of_import
from ringback.ledger.tables import ledger_table
from ringback.postgres.audit import audit_table
from services.contacts.rules import FIELDS

metadata = MetaData()

contact_ids = Sequence("contacts_id_seq", metadata=metadata)


def _record_columns() -> list[Column[Any]]:
    """What a contact is; `import_id` to `source_time` are its first contribution, inline."""
    return [
        Column("tenant_id", Text, nullable=False),
        Column("id", BigInteger, nullable=False),
        Column("source", Text, nullable=False),
        Column("external_id", Text),
        Column("import_id", UUID),
        Column("sequence", BigInteger),
        Column("source_time", DateTime(timezone=True)),
        Column("field_times", JSONB(none_as_null=True)),
        Column("custom", JSONB(none_as_null=True)),
        *(Column(name, Text) for name in FIELDS),
        Column("tags", ARRAY(Text), nullable=False),
        Column("lists", ARRAY(Text), nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("updated_at", DateTime(timezone=True), nullable=False),
        Column("deleted_at", DateTime(timezone=True)),
    ]


def _key_columns() -> list[Column[Any]]:
    return [
        Column("tenant_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("value", Text, nullable=False),
        Column("contact_id", BigInteger, nullable=False),
    ]


def _shadow_of() -> Column[Any]:
    """The dry run whose shadow a row is."""
    return Column("shadow_of", UUID, nullable=False)


contacts = Table("contacts", metadata, *_record_columns(), PrimaryKeyConstraint("tenant_id", "id"))
of_import(contacts)

contact_keys = Table(
    "contact_keys",
    metadata,
    *_key_columns(),
    PrimaryKeyConstraint("tenant_id", "kind", "source", "value"),
    Index("contact_keys_of_contact", "contact_id"),
)

contacts_shadow = Table(
    "contacts_shadow", metadata, _shadow_of(), *_record_columns(), PrimaryKeyConstraint("tenant_id", "id", "shadow_of")
)

contact_keys_shadow = Table(
    "contact_keys_shadow",
    metadata,
    _shadow_of(),
    *_key_columns(),
    PrimaryKeyConstraint("tenant_id", "kind", "source", "value", "shadow_of"),
    Index("contact_keys_shadow_of_contact", "contact_id", "shadow_of"),
)

contributions = contribution_tables(metadata)
#: The keys that found a contact until it was deleted: several deleted ones may have had the same.
deleted_contact_keys = Table(
    "deleted_contact_keys",
    metadata,
    *_key_columns(),
    PrimaryKeyConstraint("tenant_id", "kind", "source", "value", "contact_id"),
    Index("deleted_contact_keys_of_contact", "contact_id"),
)

contact_list_ids = Sequence("contact_lists_id_seq", metadata=metadata)

#: Lists that a person made or a contact was put in; `name_key` is the name's hash, since a name may be too long for an
#: index. Who is in one stands with the contacts (`lists`). One that an import named goes when nobody is left in it.
contact_lists = Table(
    "contact_lists",
    metadata,
    Column("tenant_id", Text, nullable=False),
    Column("id", BigInteger, nullable=False),
    Column("name_key", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("by_person", Boolean, nullable=False),
    PrimaryKeyConstraint("tenant_id", "id"),
    Index("contact_lists_by_name", "tenant_id", "name_key", unique=True),
)

ledger = ledger_table(metadata)
audit_log = audit_table(metadata)
