"""Records folded again from nothing, by what is stored of their contributions: what an undo does."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec

from ringback.events import Call, Contact, Conversation, Entity, Envelope, Message, Policy
from ringback.fold.contribution import said
from ringback.fold.identity import Telling
from ringback.fold.record import Offer, Record
from services.calls import rules as calls
from services.calls.record import CallRecord
from services.contacts import edits
from services.contacts import rules as contacts
from services.contacts.record import ContactRecord
from services.conversations import rules as conversations
from services.conversations.records import ConversationRecord, MessageRecord
from services.ingest.sender.encoding import RECORDED

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RECORDS: dict[Entity, type[Record]] = {
    "contacts": ContactRecord,
    "conversations": ConversationRecord,
    "messages": MessageRecord,
    "calls": CallRecord,
}
ROWS: dict[Entity, Any] = {"contacts": Contact, "conversations": Conversation, "messages": Message, "calls": Call}
#: A surrogate id and when it was written say nothing of what a record is.
ASIDE = {"id", "created_at", "updated_at", "stage", "externals", "further", "key_orders", "further_keys"}


class Kept(msgspec.Struct):
    """A contribution as it is stored: `arrival` orders those of a record. An `edit` at a time has no event."""

    arrival: int
    event: Any
    by_key: bool
    outcome: str
    edit: edits.Edit | None = None
    at: datetime | None = None


async def records(connection: asyncpg.Connection, entity: Entity, tenant: str) -> dict[int, Record]:
    """As they are stored, but for stubs, to which nobody contributes."""
    kind = RECORDS[entity]
    rows = await connection.fetch(f"SELECT * FROM {entity} WHERE tenant_id = $1", tenant)
    own = set(kind.__struct_fields__)
    found = {row["id"]: kind(**{name: row[name] for name in own & set(row.keys())}) for row in rows}
    return {number: each for number, each in found.items() if not getattr(each, "is_stub", False)}


async def contributions(
    connection: asyncpg.Connection, entity: Entity, tenant: str, stored: dict[int, Record]
) -> dict[int, list[Kept]]:
    """Of every record, in order of arrival: from the table, or the one that the record carries."""
    kept: defaultdict[int, list[Kept]] = defaultdict(list)
    statement = "SELECT * FROM contributions WHERE tenant_id = $1 AND entity = $2 ORDER BY record_id, arrival"
    for row in await connection.fetch(statement, tenant, entity):
        if row["kind"] == "edit":
            edit = msgspec.convert(row["said"], edits.Edit)
            kept[row["record_id"]].append(Kept(row["arrival"], None, False, row["outcome"], edit, row["source_time"]))
            continue
        data = msgspec.convert(row["said"], ROWS[entity])
        event = _event(entity, tenant, data, row["import_id"], row["sequence"], row["source_time"], row["policy"])
        kept[row["record_id"]].append(Kept(row["arrival"], event, row["by_key"], row["outcome"]))
    assert all(len(each) > 1 or each[0].edit is not None for each in kept.values())
    assert set(kept) <= set(stored)
    for number, record in stored.items():
        if number not in kept:
            data = said(record, ROWS[entity])
            event = _event(entity, tenant, data, record.import_id, record.sequence, record.source_time, None)
            kept[number].append(Kept(number, event, False, "new"))
    return kept


def shown(record: Record) -> dict[str, Any]:
    """All that is to be the same; a value's time is said once, with the record or by itself."""
    values = {name: value for name, value in msgspec.structs.asdict(record).items() if name not in ASIDE}
    times = values.pop("field_times") or {}
    return values | {"field_times": times, "custom": values["custom"] or {}}


def again(entity: Entity, tenant: str, kept: Iterable[Kept]) -> Record:
    """The fold from nothing."""
    first, *further = kept
    if first.event is None:
        # Only what people said is left of it.
        record = ContactRecord(tenant_id=tenant, source="people", created_at=NOW, updated_at=NOW)
        further = [first, *further]
    else:
        record = _begin(entity, first.event)
    for each in further:
        if each.edit is not None and each.at is not None:
            edits.fold(record, each.edit, each.at, NOW)  # type: ignore[arg-type]
            continue
        offer = Offer(each.event.onduplicate, each.event.time, NOW)
        _contribute(entity, record, each.event.data, offer, each.by_key)
    return record


def natural_key(entity: Entity, event: Any) -> bytes | None:
    """Not of contacts."""
    return _tell(entity, event).natural_key


def _begin(entity: Entity, event: Any) -> Any:
    if entity == "contacts":
        record = contacts.begin(event, event.data.external_id, NOW)
        contacts.contribute(record, event.data, Offer(event.onduplicate, event.time, NOW))
        return record
    told = _tell(entity, event)
    if entity == "calls":
        return calls.begin(told, NOW)
    return (conversations.begin_message if entity == "messages" else conversations.begin_conversation)(told, NOW)


def _contribute(entity: Entity, record: Any, data: Any, offer: Offer, by_key: bool) -> None:
    if entity == "contacts":
        record.deleted_at = None if contacts.revives(record, offer.time) else record.deleted_at
        contacts.contribute(record, data, offer)
    elif entity == "conversations":
        conversations.contribute_to_conversation(record, data, offer)
    elif entity == "messages":
        conversations.contribute_to_message(record, data, offer, by_key)
    else:
        calls.contribute(record, data, offer, by_key)


def _tell(entity: Entity, event: Any) -> Telling:
    return calls.tell(event) if entity == "calls" else conversations.tell(event)


def _event(
    entity: Entity,
    tenant: str,
    data: Any,
    import_id: Any,
    sequence: int | None,
    time: datetime | None,
    policy: Policy | None,
) -> Envelope:
    return RECORDED[entity](
        specversion="1.0",
        id="again",
        source="/tests",
        tenant=tenant,
        partitionkey=tenant,
        time=time,
        importid=import_id,
        sequence=sequence,
        onduplicate=policy or "update",
        data=data,
    )
