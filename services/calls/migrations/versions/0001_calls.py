"""Calls, their shadow, and the ledger."""

from alembic import op

from ringback.fold.ddl import drop_keyed_1, keyed_1
from ringback.ledger.ddl import LEDGER_1
from ringback.postgres.tenancy import conceal, isolate

revision = "0001"
down_revision = None

CALL = """
    our_number text NOT NULL,
    participants text[] NOT NULL,
    direction text NOT NULL,
    started_at timestamptz NOT NULL,
    answered_at timestamptz,
    ended_at timestamptz,
    duration_seconds integer,
    status text,
    recording_url text,
    voicemail_url text,
    transcript text,
    summary text,
    conversation_source text,
    external_conversation_id text
"""


def upgrade() -> None:
    tables = keyed_1("calls", "call", CALL)
    index = "CREATE INDEX calls_of_participant ON calls USING gin (participants)"
    for statement in (*(each for statements in tables.values() for each in statements), index, LEDGER_1):
        op.execute(statement)
    for table in (*tables, "ledger"):
        for statement in isolate(table):
            op.execute(statement)
        if table.endswith("_shadow"):
            op.execute(conceal(table, "calls_api"))


def downgrade() -> None:
    for statement in (*drop_keyed_1("calls", "call"), "DROP TABLE ledger"):
        op.execute(statement)
