"""Which call a telling is of, and what it does to it (rules §4 to §6). Pure."""

from datetime import datetime

from ringback.events import Call, CallRecorded
from ringback.fold.identity import Index, Telling, digest, first, telling
from ringback.fold.record import Offer
from ringback.fold.statuses import CALL, canonical
from ringback.ledger.line import NEW, SKIPPED, UPDATED, Verdict
from services.calls.record import CallRecord

#: A match by natural key has these already, as far as they count (rules §4).
KEY_FIELDS = ("our_number", "participants", "direction", "started_at")
FIELDS = (*("answered_at", "ended_at", "duration_seconds", "recording_url", "voicemail_url", "transcript", "summary"),)


def call_key(tenant: str, call: Call) -> bytes:
    """Our number, participants, direction and the second."""
    second = int(call.started_at.timestamp() // 1)
    return digest(tenant, call.our_number, ",".join(call.participants), call.direction, str(second))


def tell(event: CallRecorded) -> Telling:
    """An event with its keys."""
    return telling(event, call_key(event.tenant, event.data))


class Calls:
    """The calls that a batch may meet, and what it makes of them."""

    def __init__(self, calls: Index[CallRecord]) -> None:
        self.calls = calls

    def fold(self, told: Telling, now: datetime) -> Verdict:
        """One telling: a new call, or its part in one that is there."""
        event: CallRecorded = told.event
        found = self.calls.find(told)
        if found is None:
            self.calls.make(begin(told, now))
            return NEW
        if event.onduplicate == "skip":
            return SKIPPED
        joined = self.calls.join(found, told)
        changed = contribute(found, event.data, Offer(event.onduplicate, event.time, now), joined.by_key)
        return UPDATED if self.calls.history.settle(joined, changed) else SKIPPED


def contribute(found: CallRecord, row: Call, offer: Offer, by_key: bool) -> bool:
    """Offers every field; True where one really changed."""
    changed = not by_key and offer.put_all(found, KEY_FIELDS, row)
    changed |= offer.put_all(found, FIELDS, row)
    changed |= offer.put_ranked(found, "status", canonical(row.status, CALL), CALL)
    if row.external_conversation_id is not None:
        changed |= offer.put(found, "conversation_ref", (row.source, row.external_conversation_id))
    return changed | offer.put_custom(found, row.custom)


def begin(told: Telling, now: datetime) -> CallRecord:
    """A call of its first contribution."""
    row: Call = told.event.data
    return first(
        CallRecord,
        told,
        now,
        status=canonical(row.status, CALL),
        conversation_source=row.source if row.external_conversation_id is not None else None,
        external_conversation_id=row.external_conversation_id,
        **{name: getattr(row, name) for name in (*KEY_FIELDS, *FIELDS)},
    )
