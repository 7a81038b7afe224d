"""An event of each type, as it goes over the wire. What is told of records is live; the rest is of one import."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from ringback.events.calls import Call, CallRecorded
from ringback.events.codec import encode
from ringback.events.contacts import Contact, ContactRecorded
from ringback.events.conversations import Conversation, ConversationRecorded
from ringback.events.envelope import Envelope
from ringback.events.imports import (
    FileState,
    ImportChanged,
    ImportClose,
    ImportClosed,
    ImportState,
    ImportUndo,
    ImportUndone,
    RejectedRow,
    RowError,
    RowRejected,
)
from ringback.events.messages import Message, MessageRecorded
from ringback.events.progress import EntityProgress, ProgressChanged, Snapshot
from ringback.events.tallies import Notice, Tallied, Tally

TENANT = "acme"
IMPORT = "8c0d5be4-7f2a-4d0e-9a51-2f6f2b7c9e10"
UNDO = "b5a1c6f0-0c1e-4d43-8d0a-9f6f4c1f2a77"
OURS, THEIRS = "+14155550100", "+14155550142"
MISSPELT = RowError(
    file="contacts.csv",
    row=1,
    line=2,
    code="invalid_phone",
    message="'555-014' is no number of US: write it as +1 415 555 0142.",
    column="phone",
)


def _at(minute: int, second: int = 0) -> datetime:
    return datetime(2026, 3, 2, 9, minute, second, tzinfo=UTC)


def _from(source: str, id: str, **attributes: Any) -> dict[str, Any]:
    named = {"specversion": "1.0", "id": id, "source": source, "tenant": TENANT, "partitionkey": TENANT}
    return named | attributes


def _live(id: str, minute: int) -> dict[str, Any]:
    return _from("/pbx/eu-1", id, time=_at(minute))


def _of_import(id: str, **attributes: Any) -> dict[str, Any]:
    return _from(f"/imports/{IMPORT}", f"{IMPORT}/{id}", importid=IMPORT, **attributes)


CONTACT = Contact(
    source="quo",
    external_id="CT-1042",
    first_name="Zoë",
    last_name="Okafor",
    phone=THEIRS,
    email="zoe@example.com",
    company="Okafor & Daughters",
    tags=["vip"],
    custom={"Preferred hours": "mornings"},
)
CONVERSATION = Conversation(
    source="quo",
    external_id="CN-77",
    our_number=OURS,
    participants=[THEIRS],
    started_at=_at(0),
    last_message_at=_at(4),
    status="open",
)
MESSAGE = Message(
    source="quo",
    external_id="AC-9001",
    external_conversation_id="CN-77",
    our_number=OURS,
    participants=[THEIRS],
    direction="inbound",
    sent_at=_at(4),
    sender=THEIRS,
    body="Is the appointment still on?",
    status="received",
)
CALL = Call(
    source="quo",
    external_id="CA-300",
    our_number=OURS,
    participants=[THEIRS],
    direction="outbound",
    started_at=_at(6),
    answered_at=_at(6, 8),
    ended_at=_at(7, 20),
    duration_seconds=72,
    status="completed",
    recording_url="https://media.example.com/calls/CA-300.mp3",
)
TALLY = Tally(
    import_id=IMPORT,
    entity="messages",
    dry_run=False,
    seen=1_200,
    new=1_150,
    updated=20,
    skipped=28,
    failed=2,
    at=_at(12),
    failures=[Notice(sequence=17, code="unreadable", message="Expected `str`, got `int` - at `$.data.body`")],
)
STATE = ImportState(
    id=IMPORT,
    revision=7,
    status="finished",
    dry_run=False,
    source="quo",
    created_at=_at(10),
    started_at=_at(10, 1),
    ended_at=_at(13),
    filename="export.zip",
    files=[FileState(entity="contacts", name="contacts.csv", rows=1, seen=1, failed=1, closed=True)],
    errors=[MISSPELT],
)
SNAPSHOT = Snapshot(
    import_id=IMPORT,
    tenant=TENANT,
    status="running",
    dry_run=False,
    revision=4,
    entities={
        "contacts": EntityProgress(total=1, processed=1, new=0, updated=0, skipped=0, failed=1, closed=True),
        "messages": EntityProgress(total=2_000, processed=1_200, new=1_150, updated=20, skipped=28, failed=2),
    },
    updated_at=_at(12),
    created_at=_at(10),
    started_at=_at(10, 1),
    filename="export.zip",
    current="messages.csv row 1200",
    errors=[MISSPELT],
)
COMMAND = ImportUndo(undoes=IMPORT, most=1_000)

EVENTS: tuple[Envelope, ...] = (
    ContactRecorded(**_live("7b1c", 1), data=CONTACT),
    ConversationRecorded(**_live("7b1d", 4), data=CONVERSATION),
    MessageRecorded(**_live("7b1e", 4), data=MESSAGE),
    CallRecorded(**_live("7b1f", 8), data=CALL),
    RowRejected(**_of_import("contacts/1", sequence=1), data=RejectedRow(code="invalid_phone", line=2, column="phone")),
    ImportClosed(**_of_import("contacts/2", sequence=2), data=ImportClose(entities=["contacts", "messages"])),
    ImportUndone(**_from(f"/imports/{UNDO}", f"{UNDO}/contacts/1", importid=UNDO, sequence=1), data=COMMAND),
    ImportChanged(**_of_import("7"), data=STATE),
    Tallied(**_from("/conversations", f"{IMPORT}/messages/1200"), data=TALLY),
    ProgressChanged(**_from("/progress", "5f20", importid=IMPORT), data=SNAPSHOT),
)

#: By type, as JSON.
EXAMPLES: dict[str, dict[str, Any]] = {
    str(event.__struct_config__.tag): msgspec.json.decode(encode(event)) for event in EVENTS
}
