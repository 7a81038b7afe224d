"""The calls service's tables: SQLAlchemy declares them, builds the API's queries and feeds Alembic."""

from typing import Any

from sqlalchemy import Column, DateTime, Integer, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY

from ringback.fold.contribution_tables import contribution_tables
from ringback.fold.keyed_tables import keyed_tables
from ringback.ledger.tables import ledger_table
from ringback.postgres.audit import audit_table

metadata = MetaData()


def _call_columns() -> list[Column[Any]]:
    return [
        Column("our_number", Text, nullable=False),
        Column("participants", ARRAY(Text), nullable=False),
        Column("direction", Text, nullable=False),
        Column("started_at", DateTime(timezone=True), nullable=False),
        Column("answered_at", DateTime(timezone=True)),
        Column("ended_at", DateTime(timezone=True)),
        Column("duration_seconds", Integer),
        Column("status", Text),
        Column("recording_url", Text),
        Column("voicemail_url", Text),
        Column("transcript", Text),
        Column("summary", Text),
        Column("conversation_source", Text),
        Column("external_conversation_id", Text),
    ]


calls = keyed_tables(metadata, "calls", "call", _call_columns, "started_at")
contributions = contribution_tables(metadata)
ledger = ledger_table(metadata)
audit_log = audit_table(metadata)
