"""Which conversation or message a telling is of, and what it does to it (rules §4 to §6). Pure."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ringback.events import Conversation, ConversationRecorded, Envelope, Message, MessageRecorded
from ringback.fold.identity import Index, digest
from ringback.fold.record import Offer
from ringback.fold.statuses import MESSAGE, canonical
from ringback.ledger.line import NEW, SKIPPED, UPDATED, Verdict
from services.conversations.records import ConversationRecord, MessageRecord

CONVERSATION_FIELDS = ("our_number", "participants", "started_at", "last_message_at", "status", "name")
#: A match by natural key has these already, as far as they count (rules §4).
MESSAGE_KEY_FIELDS = ("our_number", "participants", "direction", "sent_at")
MESSAGE_FIELDS = ("sender", "body", "media_urls")


def conversation_key(tenant: str, our_number: str | None, participants: list[str]) -> bytes | None:
    """Our number and the participants; None while either is missing."""
    if not our_number or not participants:
        return None
    return digest(tenant, our_number, ",".join(participants))


def message_key(tenant: str, message: Message | MessageRecord) -> bytes:
    """Our number, participants, direction, the second, and the body (NFC, trimmed, `\\n`)."""
    body = message.body or ""
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    if not body.isascii():
        body = unicodedata.normalize("NFC", body)
    second = int(message.sent_at.timestamp() // 1)
    return digest(
        tenant, message.our_number, ",".join(message.participants), message.direction, str(second), body.strip()
    )


class Conversations:
    """The conversations and messages that a batch may meet, and what it makes of them."""

    def __init__(self, conversations: Iterable[ConversationRecord], messages: Iterable[MessageRecord]) -> None:
        known = list(conversations)
        self.conversations = Index(record for record in known if not record.is_stub)
        self.messages = Index(messages)
        self.stubs = {_name(stub): stub for stub in known if stub.is_stub}
        self.replaced: list[ConversationRecord] = []

    @property
    def new_stubs(self) -> list[ConversationRecord]:
        """Those that this batch made."""
        return [stub for stub in self.stubs.values() if stub.stage == "new"]

    def fold(self, event: ConversationRecorded | MessageRecorded, now: datetime) -> Verdict:
        """One telling of either."""
        if isinstance(event, MessageRecorded):
            return self._fold_message(event, now)
        return self._fold_conversation(event, now)

    def _fold_conversation(self, event: ConversationRecorded, now: datetime) -> Verdict:
        row = event.data
        key = conversation_key(event.tenant, row.our_number, row.participants)
        found = self.conversations.find(event.tenant, row.source, row.external_id, key)
        if found is not None and event.onduplicate == "skip":
            return SKIPPED
        self._replace_stub(event)
        if found is None:
            self.conversations.make(_conversation(event, row, now))
            return NEW
        self.conversations.claim(found, row.source, row.external_id, key)
        offer = Offer(event.onduplicate, event.time, now)
        changed = offer.put_all(found, CONVERSATION_FIELDS, row)
        return UPDATED if changed | offer.put_custom(found, row.custom) else SKIPPED

    def _replace_stub(self, event: ConversationRecorded) -> None:
        """The row that bears a stub's name has come; nothing of the stub remains."""
        name = (event.tenant, event.data.source, event.data.external_id)
        stub = self.stubs.pop(name, None)
        if stub is not None and stub.stage == "stored":
            self.replaced.append(stub)

    def _fold_message(self, event: MessageRecorded, now: datetime) -> Verdict:
        row = event.data
        key = message_key(event.tenant, row)
        found = self.messages.find(event.tenant, row.source, row.external_id, key)
        if found is not None and event.onduplicate == "skip":
            return SKIPPED
        self._name_conversation(event, now)
        if found is None:
            self.messages.make(_message(event, key, now))
            return NEW
        offer = Offer(event.onduplicate, event.time, now)
        changed = False
        if (row.source, row.external_id) in found.externals:
            changed |= offer.put_all(found, MESSAGE_KEY_FIELDS, row)
            if found.conversation_key is not None:
                found.conversation_key = conversation_key(found.tenant_id, found.our_number, found.participants)
        self.messages.claim(found, row.source, row.external_id, key)
        return UPDATED if changed | _contribute(found, row, offer) else SKIPPED

    def _name_conversation(self, event: MessageRecorded, now: datetime) -> None:
        """A conversation that no row has told of yet is made as a stub (rules §4)."""
        row = event.data
        name = (event.tenant, row.source, row.external_conversation_id)
        if row.external_conversation_id is None or name in self.stubs or self.conversations.bears(*name):
            return
        told = Conversation(
            source=row.source,
            external_id=row.external_conversation_id,
            our_number=row.our_number,
            participants=row.participants,
        )
        stub = _conversation(event, told, now)
        stub.is_stub, stub.stage = True, "new"
        stub.import_id, stub.sequence = None, None
        self.stubs[name] = stub


def _contribute(found: MessageRecord, row: Message, offer: Offer) -> bool:
    changed = offer.put_all(found, MESSAGE_FIELDS, row)
    changed |= offer.put_ranked(found, "status", canonical(row.status, MESSAGE), MESSAGE)
    if row.external_conversation_id is not None:
        changed |= offer.put(found, "conversation_ref", (row.source, row.external_conversation_id))
    return changed | offer.put_custom(found, row.custom)


def _message(event: MessageRecorded, key: bytes, now: datetime) -> MessageRecord:
    row = event.data
    named = row.external_conversation_id is not None
    return MessageRecord(
        **_contribution(event, row, now),
        natural_key=key,
        our_number=row.our_number,
        participants=row.participants,
        direction=row.direction,
        sent_at=row.sent_at,
        sender=row.sender,
        body=row.body,
        status=canonical(row.status, MESSAGE),
        media_urls=row.media_urls,
        conversation_source=row.source if named else None,
        external_conversation_id=row.external_conversation_id,
        conversation_key=None if named else conversation_key(event.tenant, row.our_number, row.participants),
    )


def _conversation(event: Envelope, row: Conversation, now: datetime) -> ConversationRecord:
    return ConversationRecord(
        **_contribution(event, row, now),
        natural_key=conversation_key(event.tenant, row.our_number, row.participants),
        **{name: getattr(row, name) for name in CONVERSATION_FIELDS},
    )


def _name(stub: ConversationRecord) -> tuple[str, str, str | None]:
    return (stub.tenant_id, stub.source, stub.external_id)


def _contribution(event: Envelope, row: Conversation | Message, now: datetime) -> dict[str, Any]:
    """The first contribution, which a record carries inline."""
    return {
        "tenant_id": event.tenant,
        "source": row.source,
        "external_id": row.external_id,
        "import_id": event.importid,
        "sequence": event.sequence,
        "source_time": event.time,
        "custom": row.custom or None,
        "created_at": now,
        "updated_at": now,
        "externals": {(row.source, row.external_id)} if row.external_id is not None else set(),
    }
