"""A contact as some of its contributions make it, and the keys that they bear (rules §7). Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from ringback.events import ContactRecorded
from ringback.fold.contribution import Stored
from ringback.fold.record import Offer
from ringback.fold.undo import event_of
from services.contacts import edits
from services.contacts.edits import Edit
from services.contacts.record import ContactRecord
from services.contacts.rules import Key, begin, contribute, keys_of, revives

#: The source of a contact of which only what people said is left.
PEOPLE = "people"


def refold(record: ContactRecord, kept: Sequence[Stored], now: datetime) -> ContactRecord:
    """The fold from nothing, in order of arrival: its id and the time of its making stay."""
    again = _begin(record, kept[0], now)
    again.id, again.created_at, again.stage = record.id, record.created_at, "changed"
    for each in kept:
        if each.kind == "edit":
            assert each.source_time is not None
            edits.fold(again, msgspec.convert(each.said, Edit), each.source_time, now)
            continue
        if revives(again, each.source_time):
            again.deleted_at = None
        contribute(again, each.said, Offer(each.policy or "update", each.source_time, now))
    return again


def borne(tenant: str, kept: Iterable[Stored]) -> set[Key]:
    """The keys that live while one of these is there."""
    keys: set[Key] = set()
    for each in kept:
        keys.update(
            msgspec.convert(each.said, Edit).keys(tenant) if each.kind == "edit" else keys_of(tenant, each.said)
        )
    return keys


def _begin(record: ContactRecord, first: Stored, now: datetime) -> ContactRecord:
    if first.kind == "edit":
        return ContactRecord(tenant_id=record.tenant_id, source=PEOPLE, created_at=now, updated_at=now)
    return begin(event_of(ContactRecorded, record.tenant_id, first), first.said.external_id, now)
