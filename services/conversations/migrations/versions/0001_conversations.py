"""Conversations and messages, the shadows of both, and the ledger."""

from alembic import op

from ringback.fold.ddl import drop_keyed_1, keyed_1
from ringback.ledger.ddl import LEDGER_1
from ringback.postgres.tenancy import conceal, isolate

revision = "0001"
down_revision = None

CONVERSATION = """
    our_number text,
    participants text[] NOT NULL,
    started_at timestamptz,
    last_message_at timestamptz,
    status text,
    name text,
    is_stub boolean NOT NULL
"""

MESSAGE = """
    our_number text NOT NULL,
    participants text[] NOT NULL,
    direction text NOT NULL,
    sent_at timestamptz NOT NULL,
    sender text,
    body text,
    status text,
    media_urls text[] NOT NULL,
    conversation_source text,
    external_conversation_id text,
    conversation_key bytea
"""

INDEXES = (
    "CREATE INDEX conversations_of_participant ON conversations USING gin (participants)",
    "CREATE INDEX messages_of_conversation"
    " ON messages (external_conversation_id, conversation_source, tenant_id, sent_at, id)"
    " WHERE external_conversation_id IS NOT NULL",
    "CREATE INDEX messages_without_conversation ON messages (conversation_key, tenant_id, sent_at, id)"
    " WHERE conversation_key IS NOT NULL",
)


def upgrade() -> None:
    tables = keyed_1("conversations", "conversation", CONVERSATION) | keyed_1("messages", "message", MESSAGE)
    for statement in (*(each for statements in tables.values() for each in statements), *INDEXES, LEDGER_1):
        op.execute(statement)
    for table in (*tables, "ledger"):
        for statement in isolate(table):
            op.execute(statement)
        if table.endswith("_shadow"):
            op.execute(conceal(table, "conversations_api"))


def downgrade() -> None:
    for statement in (*drop_keyed_1("conversations", "conversation"), *drop_keyed_1("messages", "message")):
        op.execute(statement)
    op.execute("DROP TABLE ledger")
