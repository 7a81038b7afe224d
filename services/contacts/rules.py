"""Which contact a telling is of, and what it does to it (rules §4 to §6). Pure."""

from datetime import datetime

import msgspec

from ringback.events import Contact, ContactRecorded, MatchOn, Notice
from ringback.fold.contribution import History
from ringback.fold.record import Offer, unite
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
    """Its keys in the order in which they are tried; e-mails are compared in lower case (rules §2)."""
    keys: list[Key] = []
    if contact.external_id is not None:
        keys.append((tenant, "external", contact.source, contact.external_id))
    if contact.phone is not None:
        keys.append((tenant, "phone", "", contact.phone))
    if contact.email is not None:
        keys.append((tenant, "email", "", contact.email.lower()))
    return keys


def finding(keys: list[Key], match_on: MatchOn) -> list[Key]:
    """Those that may find its contact: with `phone` an email only where there is no phone, with `email` the reverse.

    The others are admitted all the same (decision 1): what finds a contact later does not depend on how it was found.
    """
    narrowed = match_on != "both" and any(key[1] == match_on for key in keys)
    return [key for key in keys if key[1] in ("external", match_on)] if narrowed else keys


class Contacts:
    """The contacts that a batch may meet, by their keys, and what it makes of them."""

    def __init__(self, keys: dict[Key, ContactRecord], history: History) -> None:
        self.history = history
        self._keys = dict(keys)
        self._stored = {id(each): each for each in keys.values()}
        self.made: list[ContactRecord] = []
        self.new_keys: dict[Key, ContactRecord] = {}

    @property
    def changed(self) -> list[ContactRecord]:
        """Those that were stored and are to be written again."""
        return [record for record in self._stored.values() if record.stage == "changed"]

    def fold(self, event: ContactRecorded, now: datetime) -> Verdict:
        """One telling: a new contact, or its part in one that is there."""
        keys = keys_of(event.tenant, event.data)
        found = None if event.onduplicate == "create_new" else self._find(event.data, finding(keys, event.matchon))
        if found is not None and (event.onduplicate == "skip" or self.history.repeats(found, event)):
            return Verdict("skipped")
        record = found or self._make(event, now)
        admitted, warnings = self._admit(record, event, keys)
        joined = None if found is None else self.history.join(record, event, admitted)
        changed = contribute(record, admitted, Offer(event.onduplicate, event.time, now))
        outcome: Outcome = "new" if joined is None else "updated" if changed else "skipped"
        if joined is not None:
            joined.outcome = outcome
        return Verdict(outcome, warnings)

    def _find(self, contact: Contact, keys: list[Key]) -> ContactRecord | None:
        """R1 by the external id, then R2 by phone and email."""
        for key in keys:
            owner = self._keys.get(key)
            if owner is None:
                continue
            if key[1] == "external" or contact.external_id is None or not owner.bears_other(contact.source):
                return owner
        return None

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
                self._keys[key] = self.new_keys[key] = record
                if key[1] == "external":
                    record.externals.add((key[2], key[3]))
            elif owner is not record:
                refused.append(key[1])
        shown = [kind for kind in refused if kind != "external"]
        if not shown:
            return event.data, ()
        admitted = msgspec.structs.replace(event.data, **dict.fromkeys(shown))
        return admitted, tuple(_conflict(event, kind) for kind in shown)


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
    for name, offered in (("tags", row.tags), ("lists", row.lists)):
        changed |= _unite(record, name, offered, offer)
    _unite(record, "tags", row.import_tags, offer)
    return changed


def _second_phone(record: ContactRecord, row: Contact, offer: Offer) -> bool:
    """Under `update`, a phone that differs from the shown one goes to an empty `phone_2`; a live one goes nowhere."""
    if offer.policy != "update" or offer.time is not None or row.phone is None:
        return False
    if row.phone == record.phone or record.phone_2 is not None:
        return False
    return offer.put(record, "phone_2", row.phone)


def _unite(record: ContactRecord, name: str, offered: list[str], offer: Offer) -> bool:
    present: list[str] = getattr(record, name)
    united = unite(present, offered)
    if united is present:
        return False
    setattr(record, name, united)
    record.touch(offer.now)
    return True


def _conflict(event: ContactRecorded, kind: str) -> Notice:
    value = event.data.phone if kind == "phone" else event.data.email
    message = f"The {kind} {value} belongs to another contact already; it was left out of this one."
    return Notice(sequence=event.sequence or 1, code="conflict", message=message)
