"""A record is the fold, in order of arrival, of its contributions (rules §5, §7)."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.reference.contribution import Contribution, Held, Name
from tests.reference.edits import Edit
from tests.reference.model import ID_COLUMN
from tests.reference.statuses import rank

NOT_HELD = {"tags", "list", *ID_COLUMN.values(), "custom", "from", "to", "contact_phone"} - {"external_conversation_id"}
KEY_FIELDS = {
    "messages": {"our_number", "participants", "direction", "sent_at"},
    "calls": {"our_number", "participants", "direction", "started_at"},
}
"""What a match by natural key never changes (the readings on messages and calls)."""


@dataclass
class Record:
    """One contact, conversation, message or call of a tenant; `born` says which of two is the older."""

    entity: str
    born: int
    contributions: list[Contribution] = field(default_factory=list)
    held: dict[Name, Held] = field(default_factory=dict)
    ids: set[tuple[str, str]] = field(default_factory=set)
    keys: dict[Any, int] = field(default_factory=dict)
    """The phones and emails a contact admitted, or every natural key that a contribution to another record bore.

    Each with the arrival that first bore it: of two records of one key, the lesser is the older.
    """
    is_stub: bool = False
    """Only messages speak of it (rules §4)."""
    deleted_at: datetime | None = None
    """No row matches it since (rules §4)."""

    def value(self, column: str) -> Any:
        """What the record shows in a column, None where it is empty."""
        held = self.held.get(("field", column))
        return held.value if held else None

    def members(self, name: str) -> list[str]:
        """Who is in a set, sorted."""
        return sorted(member for (kind, member), held in self.held.items() if kind == name and held.value)

    def shown(self) -> Any:
        """All that a row can change and be counted `updated` for; a call of 0 seconds has a duration."""
        return {n: h.value for n, h in self.held.items() if h.value is not None and h.value is not False}

    def add(self, contribution: Contribution) -> bool:
        """Folds one more contribution in, and says whether a field really changed (rules §6)."""
        before = self.shown()
        self.contributions.append(contribution)
        _apply(self, contribution)
        changed = self.shown() != before
        for tag in contribution.own_tags:
            _settle(self, ("tags", tag), True, contribution)
        return changed

    def give_up(self, keys: set[Any], ids: set[tuple[str, str]]) -> None:
        """No contribution bears these any more: others took them while it was deleted."""
        for each in self.contributions:
            each.keys = tuple(key for key in each.keys if key not in keys)
            each.external_id = None if (each.source, each.external_id) in ids else each.external_id
        self.keys = {key: arrival for key, arrival in self.keys.items() if key not in keys}
        self.ids -= ids

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
    _live_or_dead(record, c)
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
    for tag in c.values.get("tags", ()):
        _settle(record, ("tags", tag), True, c)
    if "list" in c.values:
        _settle(record, ("list", c.values["list"]), True, c)
    _second_phone(record, c)
    if c.edit is not None:
        _edit(record, c.edit, c)


def _live_or_dead(record: Record, c: Contribution) -> None:
    """A deletion, or a live event that is newer than one."""
    if c.edit is not None and c.edit.deletes:
        record.deleted_at = c.at
    elif c.by == "live" and newer(c, record):
        record.deleted_at = None


def newer(c: Contribution, record: Record) -> bool:
    """Whether it is of a time after the record was deleted."""
    return record.deleted_at is not None and c.at is not None and c.at > record.deleted_at


def _edit(record: Record, edit: Edit, c: Contribution) -> None:
    """All but the values that it sets, which are a row's like others."""
    for column, value in edit.values.items():
        if value is None:
            _settle(record, ("field", column), None, c)
    for key, value in edit.custom.items():
        _settle(record, ("custom", key), value, c)
    for tag, belongs in edit.tags.items():
        _settle(record, ("tags", tag), belongs, c)
    for name, belongs in edit.lists.items():
        if belongs is None:
            record.held.pop(("list", name), None)
        else:
            _settle(record, ("list", name), belongs, c)


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
    """What was cleared is less than any value, as who is out is less than who is in."""
    return b"" if value is None else str(value).encode("utf-8", "surrogatepass")


def _second_phone(record: Record, c: Contribution) -> None:
    """Under update an admitted phone that differs from the shown one goes to a phone_2 of which nobody spoke."""
    phone = c.values.get("phone")
    if record.entity != "contacts" or c.policy != "update" or c.at is not None or phone is None:
        return
    if record.value("phone") not in (None, phone) and ("field", "phone_2") not in record.held:
        record.held["field", "phone_2"] = Held(phone, None)
