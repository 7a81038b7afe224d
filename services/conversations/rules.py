"""Which conversation or message a telling is of, and what it does to it (rules §4 to §6). Pure."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import cast

from ringback.events import Conversation, ConversationRecorded, Message, MessageRecorded
from ringback.fold.identity import Index, Telling, digest, external_key, first, telling
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


def tell(event: ConversationRecorded | MessageRecorded) -> Telling:
    """An event with its keys."""
    if type(event) is ConversationRecorded:
        numbers = event.data.our_number, event.data.participants
        return telling(event, conversation_key(event.tenant, *numbers))
    row = cast(MessageRecorded, event).data
    named = row.external_conversation_id
    names = None if named is None else external_key(event.tenant, row.source, named)
    return telling(event, message_key(event.tenant, row), names)


class Conversations:
    """The conversations and messages that a batch may meet, and what it makes of them."""

    def __init__(
        self,
        conversations: Index[ConversationRecord],
        messages: Index[MessageRecord],
        stubs: Iterable[ConversationRecord],
    ) -> None:
        self.conversations, self.messages = conversations, messages
        self.stubs = {stub.external_key: stub for stub in stubs}
        self.replaced: list[ConversationRecord] = []

    @property
    def new_stubs(self) -> list[ConversationRecord]:
        """Those that this batch made."""
        return [stub for stub in self.stubs.values() if stub.stage == "new"]

    def fold(self, told: Telling, now: datetime) -> Verdict:
        """One telling of either."""
        if type(told.event) is MessageRecorded:
            return self._fold_message(told, now)
        return self._fold_conversation(told, now)

    def _fold_conversation(self, told: Telling, now: datetime) -> Verdict:
        event: ConversationRecorded = told.event
        found = self.conversations.find(told)
        if found is not None and event.onduplicate == "skip":
            return SKIPPED
        self._replace_stub(told)
        if found is None:
            self.conversations.make(begin_conversation(told, now))
            return NEW
        joined = self.conversations.join(found, told)
        changed = contribute_to_conversation(found, event.data, Offer(event.onduplicate, event.time, now))
        return UPDATED if self.conversations.history.settle(joined, changed) else SKIPPED

    def _replace_stub(self, told: Telling) -> None:
        """The row that bears a stub's name has come; nothing of the stub remains."""
        stub = self.stubs.pop(told.external_key, None)
        if stub is not None and stub.stage == "stored":
            self.replaced.append(stub)

    def _fold_message(self, told: Telling, now: datetime) -> Verdict:
        event: MessageRecorded = told.event
        found = self.messages.find(told)
        if found is not None and event.onduplicate == "skip":
            return SKIPPED
        self._name_conversation(told, now)
        if found is None:
            self.messages.make(begin_message(told, now))
            return NEW
        joined = self.messages.join(found, told)
        changed = contribute_to_message(found, event.data, Offer(event.onduplicate, event.time, now), joined.by_key)
        return UPDATED if self.messages.history.settle(joined, changed) else SKIPPED

    def _name_conversation(self, told: Telling, now: datetime) -> None:
        """A conversation that no row has told of yet is made as a stub (rules §4)."""
        if told.names is None or told.names in self.stubs or self.conversations.bears(told.names):
            return
        self.stubs[told.names] = stub(told, now)


def contribute_to_conversation(found: ConversationRecord, row: Conversation, offer: Offer) -> bool:
    """Offers every field; True where one really changed."""
    return offer.put_all(found, CONVERSATION_FIELDS, row) | offer.put_custom(found, row.custom)


def contribute_to_message(found: MessageRecord, row: Message, offer: Offer, by_key: bool) -> bool:
    """Offers every field; True where one really changed."""
    changed = not by_key and offer.put_all(found, MESSAGE_KEY_FIELDS, row)
    if not by_key and found.conversation_key is not None:
        found.conversation_key = conversation_key(found.tenant_id, found.our_number, found.participants)
    changed |= offer.put_all(found, MESSAGE_FIELDS, row)
    changed |= offer.put_ranked(found, "status", canonical(row.status, MESSAGE), MESSAGE)
    if row.external_conversation_id is not None:
        changed |= offer.put(found, "conversation_ref", (row.source, row.external_conversation_id))
        found.conversation_key = None
    return changed | offer.put_custom(found, row.custom)


def begin_message(told: Telling, now: datetime) -> MessageRecord:
    """A message of its first contribution."""
    row: Message = told.event.data
    named = told.names is not None
    return first(
        MessageRecord,
        told,
        now,
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
        conversation_key=None if named else conversation_key(told.event.tenant, row.our_number, row.participants),
    )


def begin_conversation(told: Telling, now: datetime) -> ConversationRecord:
    """A conversation of its first contribution."""
    return first(
        ConversationRecord, told, now, **{name: getattr(told.event.data, name) for name in CONVERSATION_FIELDS}
    )


def stub(told: Telling, now: datetime) -> ConversationRecord:
    """No contribution of its own: what it shows is the message's."""
    tenant, row = told.event.tenant, told.event.data
    return ConversationRecord(
        tenant_id=tenant,
        source=row.source,
        external_id=row.external_conversation_id,
        source_time=told.event.time,
        created_at=now,
        updated_at=now,
        external_key=told.names,
        natural_key=conversation_key(tenant, row.our_number, row.participants),
        our_number=row.our_number,
        participants=row.participants,
        is_stub=True,
        stage="new",
    )
