"""The conversations service's tables: SQLAlchemy declares them, builds the API's queries and feeds Alembic."""

from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Index, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY

from ringback.fold.contribution_tables import contribution_tables
from ringback.fold.keyed_tables import keyed_tables
from ringback.ledger.tables import ledger_table
from ringback.postgres.audit import audit_table

metadata = MetaData()


def _conversation_columns() -> list[Column[Any]]:
    return [
        Column("our_number", Text),
        Column("participants", ARRAY(Text), nullable=False),
        Column("started_at", DateTime(timezone=True)),
        Column("last_message_at", DateTime(timezone=True)),
        Column("status", Text),
        Column("name", Text),
        Column("is_stub", Boolean, nullable=False),
    ]


def _message_columns() -> list[Column[Any]]:
    return [
        Column("our_number", Text, nullable=False),
        Column("participants", ARRAY(Text), nullable=False),
        Column("direction", Text, nullable=False),
        Column("sent_at", DateTime(timezone=True), nullable=False),
        Column("sender", Text),
        Column("body", Text),
        Column("status", Text),
        Column("media_urls", ARRAY(Text), nullable=False),
        Column("conversation_source", Text),
        Column("external_conversation_id", Text),
        Column("conversation_key", LargeBinary),
    ]


conversations = keyed_tables(metadata, "conversations", "conversation", _conversation_columns, "created_at")
messages = keyed_tables(metadata, "messages", "message", _message_columns, "sent_at")
contributions = contribution_tables(metadata)
_named = contributions.contributions.c.said["external_conversation_id"].astext
Index(
    "contributions_naming",
    _named,
    postgresql_where=(contributions.contributions.c.entity == "messages") & _named.is_not(None),
)
ledger = ledger_table(metadata)
audit_log = audit_table(metadata)

_by_time = (messages.records.c.tenant_id, messages.records.c.sent_at, messages.records.c.id)
Index(
    "messages_of_conversation",
    messages.records.c.external_conversation_id,
    messages.records.c.conversation_source,
    *_by_time,
    postgresql_where=messages.records.c.external_conversation_id.is_not(None),
)
Index(
    "messages_without_conversation",
    messages.records.c.conversation_key,
    *_by_time,
    postgresql_where=messages.records.c.conversation_key.is_not(None),
)
