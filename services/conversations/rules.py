"""Which conversation or message a telling is of, and what it does to it (rules §4 to §6). Pure."""

import unicodedata
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
NUMBERS = ("our_number", "participants")


def conversation_key(our_number: str | None, participants: list[str]) -> bytes | None:
    """Our number and the participants; None while either is missing."""
    if not our_number or not participants:
        return None
    return digest(our_number, ",".join(participants))


def message_key(message: Message | MessageRecord) -> bytes:
    """Our number, participants, direction, the second, and the body (NFC, trimmed, `\\n`)."""
    body = message.body or ""
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    if not body.isascii():
        body = unicodedata.normalize("NFC", body)
    second = int(message.sent_at.timestamp() // 1)
    return digest(message.our_number, ",".join(message.participants), message.direction, str(second), body.strip())


class Conversations:
    """The conversations and messages that a batch may meet, and what it makes of them."""

    def __init__(self, conversations: Index[ConversationRecord], messages: Index[MessageRecord]) -> None:
        self.conversations = conversations
        self.messages = messages

    def fold(self, event: ConversationRecorded | MessageRecorded, now: datetime) -> Verdict:
        """One telling of either."""
        if isinstance(event, MessageRecorded):
            return self._fold_message(event, now)
        return self._fold_conversation(event, now)

    def _fold_conversation(self, event: ConversationRecorded, now: datetime) -> Verdict:
        row = event.data
        key = conversation_key(row.our_number, row.participants)
        found = self.conversations.find(event.tenant, row.source, row.external_id, key)
        if found is None:
            self._make_conversation(event, row, now)
            return NEW
        if event.onduplicate == "skip" and not found.is_stub:
            return SKIPPED
        self.conversations.claim(found, row.source, row.external_id, key)
        changed = _contribute_conversation(found, row, Offer(event.onduplicate, event.time, now))
        if found.is_stub:
            _complete(found, event, now)
            return NEW
        return UPDATED if changed else SKIPPED

    def _fold_message(self, event: MessageRecorded, now: datetime) -> Verdict:
        row = event.data
        key = message_key(row)
        found = self.messages.find(event.tenant, row.source, row.external_id, key)
        if found is None:
            self._make_message(event, key, now)
            return NEW
        if event.onduplicate == "skip":
            return SKIPPED
        offer = Offer(event.onduplicate, event.time, now)
        changed = False
        if (row.source, row.external_id) in found.externals:
            changed |= offer.put_all(found, MESSAGE_KEY_FIELDS, row)
        self.messages.claim(found, row.source, row.external_id, key)
        changed |= _contribute_message(found, row, offer)
        return UPDATED if changed | self._contribute_conversation_ref(found, event, offer) else SKIPPED

    def _contribute_conversation_ref(self, found: MessageRecord, event: MessageRecorded, offer: Offer) -> bool:
        conversation = self._conversation_of(event, offer.now)
        if conversation is None:
            return False
        before = found.conversation_ref
        ref = (event.data.source, event.data.external_conversation_id)
        changed = offer.put(found, "conversation_ref", ref)
        if found.conversation_ref != before:
            found.conversation = conversation
        return changed

    def _make_message(self, event: MessageRecorded, key: bytes, now: datetime) -> None:
        row = event.data
        conversation = self._conversation_of(event, now)
        self.messages.make(
            MessageRecord(
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
                conversation_source=row.source if conversation is not None else None,
                external_conversation_id=row.external_conversation_id,
                conversation=conversation,
                conversation_key=conversation_key(row.our_number, row.participants) if conversation is None else None,
            )
        )

    def _make_conversation(self, event: Envelope, row: Conversation, now: datetime) -> ConversationRecord:
        return self.conversations.make(
            ConversationRecord(
                **_contribution(event, row, now),
                natural_key=conversation_key(row.our_number, row.participants),
                **{name: getattr(row, name) for name in CONVERSATION_FIELDS},
            )
        )

    def _conversation_of(self, event: MessageRecorded, now: datetime) -> ConversationRecord | None:
        """The conversation that a message names: claimed where it is there (but by `skip`), else made as a stub."""
        row = event.data
        if row.external_conversation_id is None:
            return None
        key = conversation_key(row.our_number, row.participants)
        found = self.conversations.find(event.tenant, row.source, row.external_conversation_id, key)
        if found is None:
            return self._make_stub(event, now)
        if event.onduplicate != "skip":
            self.conversations.claim(found, row.source, row.external_conversation_id, key)
            if found.our_number is None and not found.participants:
                Offer("update", event.time, now).put_all(found, NUMBERS, row)
                found.numbers_claimed = True
        return found

    def _make_stub(self, event: MessageRecorded, now: datetime) -> ConversationRecord:
        row = event.data
        told = Conversation(
            source=row.source,
            external_id=row.external_conversation_id,
            our_number=row.our_number,
            participants=row.participants,
        )
        stub = self._make_conversation(event, told, now)
        stub.is_stub, stub.numbers_claimed = True, True
        stub.import_id, stub.sequence = None, None
        return stub


def _contribute_conversation(found: ConversationRecord, row: Conversation, offer: Offer) -> bool:
    """What only messages told of its numbers gives way to a row, so that the order of the two does not matter."""
    before = (found.our_number, found.participants)
    if found.numbers_claimed and (row.our_number is not None or row.participants):
        found.numbers_claimed = False
        found.our_number, found.participants = None, []
    changed = [
        offer.put(found, name, getattr(row, name)) for name in ("started_at", "last_message_at", "status", "name")
    ]
    offer.put_all(found, NUMBERS, row)
    custom = offer.put_custom(found, row.custom)
    return any(changed) or custom or before != (found.our_number, found.participants)


def _contribute_message(found: MessageRecord, row: Message, offer: Offer) -> bool:
    changed = offer.put_all(found, MESSAGE_FIELDS, row)
    changed |= offer.put_ranked(found, "status", canonical(row.status, MESSAGE), MESSAGE)
    return changed | offer.put_custom(found, row.custom)


def _complete(stub: ConversationRecord, event: ConversationRecorded, now: datetime) -> None:
    """The stub's own row has come: from now on it is a conversation, and that row its first contribution."""
    stub.is_stub = False
    stub.import_id, stub.sequence = event.importid, event.sequence
    stub.touch(now)


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
