"""What a person changes of a contact (rules §5, §7): a contribution with a time, folded like any other. Pure."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec

from ringback.fold.record import Offer
from services.contacts.record import ContactRecord
from services.contacts.rules import FIELDS, Key, email_key, phone_key

Sets = Literal["tags", "lists"]


class Edit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fields and custom fields that are set, or cleared (None); tags and lists added (True) or removed (False).

    A list with None was deleted itself: nobody said of the contact that it is not in it, so whoever is put in a list of
    that name later is in it. With `deletes` no row finds the contact any more, and only a newer live event revives it.
    """

    fields: dict[str, str | None] = {}
    custom: dict[str, str | None] = {}
    tags: dict[str, bool | None] = {}
    lists: dict[str, bool | None] = {}
    deletes: bool = False

    def keys(self, tenant: str) -> list[Key]:
        """By which it would find the contact from then on: each has to be its own, or nobody's."""
        phone, email = self.fields.get("phone"), self.fields.get("email")
        keys = [] if phone is None else [phone_key(tenant, phone)]
        return keys if email is None else [*keys, email_key(tenant, email)]


class Edited(NamedTuple):
    """A contact after an edit, whether a value really changed, and the keys that nobody had before."""

    record: ContactRecord
    edit: Edit
    changed: bool
    new_keys: list[Key]


def moment(record: ContactRecord, now: datetime) -> datetime:
    """The time of a person's edit: now, but later than all that the person saw, whatever clock that came from."""
    latest = record.latest
    return now if latest is None or latest < now else latest + timedelta(microseconds=1)


def fold(record: ContactRecord, edit: Edit, at: datetime, now: datetime) -> bool:
    """Offers every part of an edit to a contact that is not deleted; True where one really changed.

    In an order of their own: as a stored contribution an edit keeps none, and folded again it is to give the same.
    """
    offer = Offer("update", at, now)
    changed = [_field(offer, record, name, edit.fields[name]) for name in FIELDS if name in edit.fields]
    changed += [offer.settle_custom(record, key, value) for key, value in edit.custom.items()]
    changed += [_member(offer, record, "tags", tag, belongs) for tag, belongs in sorted(edit.tags.items())]
    changed += [_member(offer, record, "lists", name, belongs) for name, belongs in sorted(edit.lists.items())]
    if edit.deletes:
        record.deleted_at = at
        record.touch(now)
    return any(changed) or edit.deletes


def _field(offer: Offer, record: ContactRecord, name: str, value: str | None) -> bool:
    return offer.clear(record, name) if value is None else offer.put(record, name, value)


def _member(offer: Offer, record: ContactRecord, name: Sets, member: str, belongs: bool | None) -> bool:
    return offer.forget(record, name, member) if belongs is None else offer.settle_member(record, name, member, belongs)
