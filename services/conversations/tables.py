"""The conversations service's tables: SQLAlchemy declares them, builds the API's queries and feeds Alembic."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY

from ringback.fold.keyed_tables import keyed_tables
from ringback.ledger.tables import ledger_table

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
        Column("numbers_claimed", Boolean, nullable=False),
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
        Column("conversation_id", BigInteger),
        Column("conversation_key", LargeBinary),
    ]


conversations = keyed_tables(metadata, "conversations", "conversation", _conversation_columns)
messages = keyed_tables(metadata, "messages", "message", _message_columns)
ledger = ledger_table(metadata)

Index("conversations_of_participant", conversations.records.c.participants, postgresql_using="gin")
Index(
    "messages_of_conversation",
    *(messages.records.c[name] for name in ("conversation_id", "tenant_id", "sent_at", "id")),
)
Index(
    "messages_without_conversation",
    *(messages.records.c[name] for name in ("conversation_key", "tenant_id", "sent_at", "id")),
    postgresql_where=messages.records.c.conversation_id.is_(None),
)
