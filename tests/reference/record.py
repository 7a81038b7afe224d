"""A record is the fold, in order of arrival, of its contributions (rules §5, §7)."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.reference.model import ID_COLUMN
from tests.reference.statuses import rank

Name = tuple[str, str]
"""("field", column) or ("custom", key)."""
SETS = ("tags", "list")
NOT_HELD = {*SETS, *ID_COLUMN.values(), "custom", "from", "to", "contact_phone"} - {"external_conversation_id"}
KEY_FIELDS = {
    "messages": {"our_number", "participants", "direction", "sent_at"},
    "calls": {"our_number", "participants", "direction", "started_at"},
}
"""What a match by natural key never changes (the readings on messages and calls)."""


@dataclass
class Contribution:
    """One row or live event, as admitted: without a phone or email that another contact owned then."""

    by: str
    """The import's id, or `live`."""
    source: str
    external_id: str | None
    values: dict[str, Any]
    policy: str = "update"
    at: datetime | None = None
    """The source's time; a file row has none."""
    by_natural_key: bool = False
    keys: tuple[tuple[str, str], ...] = ()
    """A contact's phone and email as admitted."""
    own_tags: tuple[str, ...] = ()
    arrival: int = 0


@dataclass
class Held:
    """The value that stands, with its source's time if it has one."""

    value: Any
    at: datetime | None


@dataclass
class Record:
    """One contact, conversation, message or call of a tenant; `born` says which of two is the older."""

    entity: str
    born: int
    contributions: list[Contribution] = field(default_factory=list)
    held: dict[Name, Held] = field(default_factory=dict)
    sets: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in SETS})
    ids: set[tuple[str, str]] = field(default_factory=set)
    keys: dict[Any, int] = field(default_factory=dict)
    """The phones and emails a contact admitted, or every natural key that a contribution to another record bore.

    Each with the arrival that first bore it: of two records of one key, the lesser is the older.
    """
    is_stub: bool = False
    """Only messages speak of it (rules §4)."""

    def value(self, column: str) -> Any:
        """What the record shows in a column, None where it is empty."""
        held = self.held.get(("field", column))
        return held.value if held else None

    def shown(self) -> Any:
        """All that a row can change and be counted `updated` for."""
        return {n: h.value for n, h in self.held.items()}, {n: set(s) for n, s in self.sets.items()}

    def add(self, contribution: Contribution) -> bool:
        """Folds one more contribution in, and says whether a field really changed (rules §6)."""
        before = self.shown()
        self.contributions.append(contribution)
        _apply(self, contribution)
        changed = self.shown() != before
        self.sets["tags"].update(contribution.own_tags)
        return changed

    def without(self, by: str) -> "Record":
        """The same record folded again without the contributions of one import (rules §7)."""
        again = Record(self.entity, self.born)
        for contribution in self.contributions:
            if contribution.by != by:
                again.add(contribution)
        return again


def natural_key(record_or_values: Record | dict[str, Any], entity: str) -> tuple[Any, ...] | None:
    """The natural key of §4, None while a part of it is missing."""
    get = record_or_values.value if isinstance(record_or_values, Record) else record_or_values.get
    if not get("our_number") or not get("participants"):
        return None
    line = (get("our_number"), tuple(sorted(set(get("participants")))))
    if entity == "conversations":
        return line
    time = get("sent_at" if entity == "messages" else "started_at").replace(microsecond=0)
    return (*line, get("direction"), time, *([_same_text(get("body"))] if entity == "messages" else []))


def _same_text(body: str | None) -> str:
    """NFC, trimmed, `\\n`."""
    return unicodedata.normalize("NFC", (body or "").replace("\r\n", "\n").replace("\r", "\n")).strip()


def _apply(record: Record, c: Contribution) -> None:
    """What a match does by its policy (rules §5)."""
    if c.external_id is not None:
        record.ids.add((c.source, c.external_id))
    natural = natural_key(c.values, record.entity) if record.entity != "contacts" else None
    for key in (*c.keys, *([natural] if natural else [])):
        record.keys.setdefault(key, c.arrival)
    frozen = KEY_FIELDS.get(record.entity, set()) if c.by_natural_key else set()
    for column, value in c.values.items():
        name = ("field", column)
        if column in NOT_HELD or column == ID_COLUMN[record.entity] or (column in frozen and name in record.held):
            continue
        _settle(record, name, (c.source, value) if column == "external_conversation_id" else value, c)
    for key, value in c.values.get("custom", {}).items():
        _settle(record, ("custom", key), value, c)
    record.sets["tags"].update(c.values.get("tags", ()))
    record.sets["list"].update([c.values["list"]] if "list" in c.values else [])
    _second_phone(record, c)


def _settle(record: Record, name: Name, value: Any, c: Contribution) -> None:
    """One value meets the one that stands."""
    new = Held(value, c.at)
    held = record.held.get(name)
    if held is None:
        record.held[name] = new
    elif name == ("field", "status") and record.entity in ("messages", "calls"):
        if rank(record.entity, value) > rank(record.entity, held.value):
            record.held[name] = new
    elif _wins(new, held, c.policy):
        record.held[name] = new


def _wins(new: Held, held: Held, policy: str) -> bool:
    """Timed over untimed, the later of two timed (at equal times the bytewise greater)."""
    if new.at is not None and held.at is not None:
        return (new.at, _bytes(new.value)) > (held.at, _bytes(held.value))
    if new.at is not None or held.at is not None:
        return new.at is not None
    return policy == "overwrite"


def _bytes(value: Any) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")


def _second_phone(record: Record, c: Contribution) -> None:
    """Under update an admitted phone that differs from the shown one goes to a phone_2 still empty."""
    phone = c.values.get("phone")
    if record.entity != "contacts" or c.policy != "update" or c.at is not None or phone is None:
        return
    if phone != record.value("phone") and record.value("phone_2") is None:
        record.held["field", "phone_2"] = Held(phone, None)
