"""Which contact a telling is of, and what it does to it (rules §4 to §6). Pure."""

from datetime import datetime

import msgspec

from ringback.events import Contact, ContactRecorded, MatchOn, Notice
from ringback.fold.contribution import History
from ringback.fold.identity import digest
from ringback.fold.record import Offer
from ringback.ledger.line import Outcome, Verdict
from services.contacts.record import ContactRecord

#: (tenant, kind, source, value); kind is external, phone or email, and only an external id has a source.
Key = tuple[str, str, str, str]

#: In the order of the offers: `phone_2` before a phone that finds `phone` taken and moves on to it.
FIELDS = (
    *("first_name", "last_name", "name", "email", "phone_2", "phone", "company", "title"),
    *("address_line_1", "address_line_2", "city", "state", "postal_code", "country"),
    *("status", "lead_source", "lead_status", "market", "product", "opt_in_through", "conversation_status"),
)


def keys_of(tenant: str, contact: Contact) -> list[Key]:
    """Its keys in the order in which they are tried (rules §2, §4)."""
    external = external_key(tenant, contact)
    keys = [] if external is None else [external]
    if contact.phone is not None:
        keys.append(phone_key(tenant, contact.phone))
    if contact.email is not None:
        keys.append(email_key(tenant, contact.email))
    return keys


def external_key(tenant: str, contact: Contact) -> Key | None:
    """R1."""
    return None if contact.external_id is None else (tenant, "external", contact.source, contact.external_id)


def phone_key(tenant: str, phone: str) -> Key:
    """By which a phone finds its contact."""
    return (tenant, "phone", "", phone)


def email_key(tenant: str, email: str) -> Key:
    """By which an e-mail does: compared in lower case."""
    return (tenant, "email", "", email.lower())


def list_key(tenant: str, name: str) -> bytes:
    """A list's name as it is looked up."""
    return digest(tenant, name)


def finding(keys: list[Key], match_on: MatchOn) -> list[Key]:
    """Those that may find its contact: with `phone` an email only where there is no phone, with `email` the reverse.

    The others are admitted all the same (decision 1): what finds a contact later does not depend on how it was found.
    """
    narrowed = match_on != "both" and any(key[1] == match_on for key in keys)
    return [key for key in keys if key[1] in ("external", match_on)] if narrowed else keys


class Contacts:
    """The contacts that a batch may meet, by their keys, and what it makes of them.

    `deleted` has, by external id, those that only a live event still finds; each has the keys in `kept` that found it.
    """

    def __init__(
        self, keys: dict[Key, ContactRecord], history: History, deleted: dict[Key, ContactRecord] | None = None
    ) -> None:
        self.history = history
        self._keys = dict(keys)
        self._deleted = deleted or {}
        self._stored = {id(each): each for each in (*keys.values(), *self._deleted.values())}
        self.made: list[ContactRecord] = []
        self.new_keys: dict[Key, ContactRecord] = {}
        self.newly_kept: list[tuple[Key, ContactRecord]] = []
        self.revived: list[ContactRecord] = []

    @property
    def changed(self) -> list[ContactRecord]:
        """Those that were stored and are to be written again."""
        return [record for record in self._stored.values() if record.stage == "changed"]

    @property
    def new_lists(self) -> set[tuple[str, str]]:
        """(tenant, list) of those in which somebody was put."""
        return {(each.tenant_id, name) for each in (*self.made, *self.changed) for name in each.lists}

    def fold(self, event: ContactRecorded, now: datetime) -> Verdict:
        """One telling: a new contact, or its part in one that is there."""
        keys = keys_of(event.tenant, event.data)
        found = None if event.onduplicate == "create_new" else self._find(event, finding(keys, event.matchon))
        if found is not None and event.onduplicate == "skip":
            return Verdict("skipped")
        record = found or self._make(event, now)
        owned = self._owned
        self._revive(record, event.time, now)
        admitted, warnings = self._admit(record, event, keys)
        joined = None if found is None else self.history.join(record, event, admitted)
        changed = contribute(record, admitted, Offer(event.onduplicate, event.time, now))
        if joined is not None:
            self.history.settle(joined, changed, claims=self._owned > owned)
        outcome: Outcome = "new" if joined is None else "updated" if changed else "skipped"
        return Verdict(outcome, warnings)

    @property
    def _owned(self) -> int:
        """Grows with each key that came to a contact, or back to it."""
        return len(self.new_keys) + len(self.newly_kept) + len(self.revived)

    def _find(self, event: ContactRecorded, keys: list[Key]) -> ContactRecord | None:
        """R1 by the external id, then R2 by phone and email. A deleted one matches no row, but a live event by R1."""
        for key in keys:
            owner = self._keys.get(key)
            if owner is None and event.importid is None:
                owner = self._deleted.get(key)
            if owner is None:
                continue
            if key[1] == "external" or event.data.external_id is None or not owner.bears_other(event.data.source):
                return owner
        return None

    def _revive(self, record: ContactRecord, at: datetime | None, now: datetime) -> None:
        """A newer event takes a deletion back, and the keys with it that nobody else brought meanwhile."""
        if not revives(record, at):
            return
        record.deleted_at = None
        record.touch(now)
        self.revived.append(record)
        record.externals = set()
        for key in record.kept:
            if key not in self._keys:
                self._own(key, record)

    def _make(self, event: ContactRecorded, now: datetime) -> ContactRecord:
        """`create_new` leaves an external id with whom it belongs to."""
        source, external_id = event.data.source, event.data.external_id
        owned = (event.tenant, "external", source, external_id) in self._keys
        record = begin(event, None if owned else external_id, now)
        self.made.append(record)
        self.history.made(record)
        return record

    def _admit(
        self, record: ContactRecord, event: ContactRecorded, keys: list[Key]
    ) -> tuple[Contact, tuple[Notice, ...]]:
        """The row without the phone or email that another contact owns, and a warning for each of those."""
        refused: list[str] = []
        for key in keys:
            owner = self._keys.get(key)
            if owner is None:
                self._own(key, record)
            elif owner is not record:
                refused.append(key[1])
        shown = [kind for kind in refused if kind != "external"]
        if not shown:
            return event.data, ()
        admitted = msgspec.structs.replace(event.data, **dict.fromkeys(shown))
        return admitted, tuple(_conflict(event, kind) for kind in shown)

    def _own(self, key: Key, record: ContactRecord) -> None:
        """The key finds it from now on; of a deleted one, once it is revived."""
        if record.deleted_at is None:
            self._keys[key] = self.new_keys[key] = record
        elif key not in record.kept:
            record.kept.append(key)
            self.newly_kept.append((key, record))
        if key[1] == "external":
            record.externals.add((key[2], key[3]))


def revives(record: ContactRecord, at: datetime | None) -> bool:
    """Whether what is told at that time takes a deletion back."""
    return record.deleted_at is not None and at is not None and at > record.deleted_at


def begin(event: ContactRecorded, external_id: str | None, now: datetime) -> ContactRecord:
    """A contact that its first contribution, which it carries inline, has yet to fill."""
    return ContactRecord(
        tenant_id=event.tenant,
        source=event.data.source,
        external_id=external_id,
        import_id=event.importid,
        sequence=event.sequence,
        source_time=event.time,
        created_at=now,
        updated_at=now,
        stage="new",
    )


def contribute(record: ContactRecord, row: Contact, offer: Offer) -> bool:
    """Offers every field; True where one really changed. The import's own tag is added, and is no change."""
    changed = offer.put_all(record, FIELDS, row)
    changed |= _second_phone(record, row, offer)
    changed |= offer.put_custom(record, row.custom)
    changed |= offer.unite(record, "tags", row.tags)
    changed |= offer.unite(record, "lists", row.lists)
    offer.unite(record, "tags", row.import_tags)
    return changed


def _second_phone(record: ContactRecord, row: Contact, offer: Offer) -> bool:
    """Under `update`, a phone that differs from the shown one goes to an empty `phone_2`; a live one goes nowhere."""
    if offer.policy != "update" or offer.time is not None or row.phone is None:
        return False
    if record.phone is None or row.phone == record.phone or record.phone_2 is not None:
        return False
    return offer.put(record, "phone_2", row.phone)


def _conflict(event: ContactRecorded, kind: str) -> Notice:
    value = event.data.phone if kind == "phone" else event.data.email
    message = f"The {kind} {value} belongs to another contact already; it was left out of this one."
    return Notice(sequence=event.sequence or 1, code="conflict", message=message)
