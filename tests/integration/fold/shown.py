"""What stands in the services' tables, in the canonical form of the reference's snapshot."""

from collections import defaultdict
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from ringback.postgres.tenancy import tenant_session
from services.contacts.rules import FIELDS
from services.contacts.views import DEFAULTS
from services.conversations import queries
from tests.reference.snapshot import canonical

Shown = dict[str, Any]
CONVERSATION = ("our_number", "participants", "started_at", "last_message_at", "status", "name", "is_stub")
MESSAGE = ("our_number", "participants", "direction", "body", "sent_at", "status", "media_urls", "sender")
CALL = (
    *("our_number", "participants", "direction", "started_at", "answered_at", "ended_at", "duration_seconds"),
    *("status", "recording_url", "voicemail_url", "transcript", "summary", "external_conversation_id"),
)


async def contacts(connection: asyncpg.Connection, tenant: str) -> dict[int, Shown]:
    """By id, with all that finds them, or did until they were deleted."""
    ids: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    keys: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for key in await connection.fetch(
        "SELECT * FROM contact_keys WHERE tenant_id = $1 UNION ALL"
        " SELECT * FROM deleted_contact_keys WHERE tenant_id = $1",
        tenant,
    ):
        if key["kind"] == "external":
            ids[key["contact_id"]].append((key["source"], key["value"]))
        else:
            keys[key["contact_id"]].append((key["kind"], key["value"]))
    rows = await connection.fetch("SELECT * FROM contacts WHERE tenant_id = $1", tenant)
    return {
        row["id"]: _common(row, ids[row["id"]])
        | {name: row[name] or DEFAULTS.get(name) for name in FIELDS}
        | {"tags": sorted(row["tags"]), "lists": sorted(row["lists"]), "keys": sorted(keys[row["id"]])}
        | ({} if row["deleted_at"] is None else {"deleted": True})
        for row in rows
    }


async def calls(connection: asyncpg.Connection, tenant: str) -> list[Shown]:
    """Without the conversation, which is met on reading."""
    ids = await _external_ids(connection, "call", tenant)
    rows = await connection.fetch("SELECT * FROM calls WHERE tenant_id = $1", tenant)
    return in_order(_common(row, ids[row["id"]]) | {name: row[name] for name in CALL} for row in rows)


async def conversations(
    connection: asyncpg.Connection, engine: AsyncEngine, tenant: str
) -> tuple[list[Shown], list[Shown]]:
    """Conversations and messages; whose a message is, is what the API's query says."""
    ids = await _external_ids(connection, "conversation", tenant)
    rows = await connection.fetch("SELECT * FROM conversations WHERE tenant_id = $1", tenant)
    belongs: dict[int, Shown] = {}
    async with tenant_session(engine, tenant) as session:
        for row in rows:
            met = {"external_ids": sorted(ids[row["id"]])} | {name: row[name] for name in CONVERSATION[:2]}
            for message in (await session.execute(queries.messages_of(row["id"], None, 1000))).all():
                assert message.id not in belongs
                belongs[message.id] = met
    shown = in_order(_common(row, ids[row["id"]]) | {name: row[name] for name in CONVERSATION} for row in rows)
    return shown, await _messages(connection, tenant, belongs)


async def _messages(connection: asyncpg.Connection, tenant: str, belongs: dict[int, Shown]) -> list[Shown]:
    ids = await _external_ids(connection, "message", tenant)
    rows = await connection.fetch("SELECT * FROM messages WHERE tenant_id = $1", tenant)
    return in_order(
        _common(row, ids[row["id"]])
        | {name: row[name] for name in (*MESSAGE, "external_conversation_id")}
        | {"conversation": belongs.get(row["id"])}
        for row in rows
    )


async def _external_ids(connection: asyncpg.Connection, singular: str, tenant: str) -> dict[int, list[tuple[str, str]]]:
    rows = await connection.fetch(
        f"SELECT id, source, external_id FROM {singular}s WHERE tenant_id = $1 AND external_id IS NOT NULL"
        f" UNION ALL SELECT record_id, source, external_id FROM {singular}_ids WHERE tenant_id = $1",
        tenant,
    )
    ids: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, source, external_id in rows:
        ids[number].append((source, external_id))
    return ids


def _common(row: asyncpg.Record, ids: list[tuple[str, str]]) -> Shown:
    return {"external_ids": sorted(ids), "custom": row["custom"] or {}}


def in_order(records: Any) -> list[Shown]:
    """In one that depends on nothing but what they show."""
    return sorted(records, key=canonical)
