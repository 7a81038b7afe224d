"""A record as it is stored, and what a further contribution does to its fields (rules §5). Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from ringback.events import Policy

ExternalKey = tuple[str, str]


class Record(msgspec.Struct, kw_only=True, eq=False):
    """What every record has: its key, its first contribution inline, and how its values are timed.

    `external_id` is the first contribution's; `externals` holds all as (source, id), `further` those to be written.
    `field_times` has the time of each value that differs from the first contribution's `source_time`, by the field's
    name, `custom.<key>`, `tags.<tag>` or `lists.<list>`; what stands there and is empty was cleared or removed then.
    """

    tenant_id: str
    id: int | None = None
    source: str
    external_id: str | None = None
    import_id: Any = None
    sequence: int | None = None
    source_time: datetime | None = None
    field_times: dict[str, datetime | None] | None = None
    custom: dict[str, str] | None = None
    created_at: datetime
    updated_at: datetime
    externals: set[ExternalKey] = set()
    further: list[ExternalKey] = []
    stage: Literal["stored", "new", "changed"] = "stored"

    def __post_init__(self) -> None:
        """Times come back from JSONB as text."""
        if self.field_times is not None:
            self.field_times = msgspec.convert(self.field_times, dict[str, datetime | None])

    def time_of(self, name: str, value: object) -> datetime | None:
        """The source's time of `value`, which stands; None for an untimed one, and where nothing was ever said."""
        if self.field_times is not None and name in self.field_times:
            return self.field_times[name]
        return None if self.source_time is None or _empty(value) else self.source_time

    @property
    def untimed(self) -> bool:
        """Only files have spoken of it: the hot path, on which no time is to be looked up."""
        return self.source_time is None and self.field_times is None

    @property
    def latest(self) -> datetime | None:
        """The latest of its values' times: who sees the record and changes it, does so after that."""
        times = [self.source_time, *(self.field_times or {}).values()]
        return max((each for each in times if each is not None), default=None)

    def bears_other(self, source: str) -> bool:
        """R2: whether it bears an external id of `source` (R1 has found none, so any is another one)."""
        return any(each == source for each, _ in self.externals)

    def claim(self, source: str, external_id: str | None) -> None:
        """A further external id finds it from now on."""
        if external_id is not None and (source, external_id) not in self.externals:
            self.externals.add((source, external_id))
            self.further.append((source, external_id))

    def touch(self, now: datetime) -> None:
        """It is to be written."""
        self.updated_at = now
        if self.stage == "stored":
            self.stage = "changed"


class Offer(msgspec.Struct, frozen=True):
    """How a contribution's values meet those that are there: its policy, its source time (None: untimed), and when."""

    policy: Policy
    time: datetime | None
    now: datetime

    def prevails(self, current: object, current_time: datetime | None, value: object) -> bool:
        """Whether `value` takes the place of `current` (rules §5, bytewise greater at equal times).

        What was cleared at a time is a value like others, and the least of all.
        """
        if self.time is None:
            return current_time is None and (_empty(current) or self.policy == "overwrite")
        if current_time is None or self.time > current_time:
            return True
        return self.time == current_time and _bytes(value) > _bytes(current)

    def put(self, record: Record, name: str, value: Any) -> bool:
        """Offers one field; True where its value really changed. What is empty says nothing."""
        if value is None or value == []:
            return False
        current = getattr(record, name)
        if not self.prevails(current, record.time_of(name, current), value):
            return False
        setattr(record, name, value)
        self._timed(record, name, value)
        if value != current:
            record.touch(self.now)
        return bool(value != current)

    def clear(self, record: Record, name: str) -> bool:
        """Offers emptiness of a text, which stays where it came later; True where a value went."""
        current = getattr(record, name)
        if not self.prevails(current, record.time_of(name, current), None):
            return False
        setattr(record, name, None)
        self._timed(record, name, None)
        return current is not None

    def put_all(self, record: Record, names: Iterable[str], data: object) -> bool:
        """Offers the fields `names` of an event's data; True where any changed."""
        changed = [self.put(record, name, getattr(data, name)) for name in names]
        return any(changed)

    def put_custom(self, record: Record, custom: dict[str, str]) -> bool:
        """Custom fields, key by key: absent ones are added, the others settled like fields."""
        changed = [self.settle_custom(record, key, value) for key, value in custom.items() if value]
        return any(changed)

    def settle_custom(self, record: Record, key: str, value: str | None) -> bool:
        """Offers one custom field, or (None) that it is cleared."""
        name, current = f"custom.{key}", (record.custom or {}).get(key)
        if not self.prevails(current, record.time_of(name, current), value):
            return False
        custom = record.custom or {}
        rest = custom if value is not None else {other: each for other, each in custom.items() if other != key}
        record.custom = rest if value is None else {**rest, key: value}
        self._timed(record, name, value)
        if value != current:
            record.touch(self.now)
        return value != current

    def unite(self, record: Record, name: str, offered: Iterable[str]) -> bool:
        """Adds to a set of texts (tags, lists); True where one came in that was not there."""
        if self.time is not None or not record.untimed:
            changed = [self.settle_member(record, name, each, True) for each in dict.fromkeys(offered)]
            return any(changed)
        present: list[str] = getattr(record, name)
        missing = [each for each in dict.fromkeys(offered) if each not in present]
        if missing:
            setattr(record, name, [*present, *missing])
            record.touch(self.now)
        return bool(missing)

    def forget(self, record: Record, name: str, member: str) -> bool:
        """Takes a text out of a set, and that it was ever said: whoever adds it later does; True where it was in."""
        present: list[str] = getattr(record, name)
        place = f"{name}.{member}"
        if member not in present and place not in (record.field_times or {}):
            return False
        setattr(record, name, [each for each in present if each != member])
        record.field_times = {key: at for key, at in (record.field_times or {}).items() if key != place} or None
        record.touch(self.now)
        return member in present

    def settle_member(self, record: Record, name: str, member: str, belongs: bool) -> bool:
        """Offers that a text is in a set, a value that stands, or out of it, an empty one; True where that changed."""
        present: list[str] = getattr(record, name)
        current, value = member if member in present else None, member if belongs else None
        place = f"{name}.{member}"
        if not self.prevails(current, record.time_of(place, current), value):
            return False
        self._timed(record, place, value)
        if value == current:
            return False
        setattr(record, name, [*present, member] if belongs else [each for each in present if each != member])
        record.touch(self.now)
        return True

    def put_ranked(self, record: Record, name: str, value: str | None, ranks: dict[str, int]) -> bool:
        """A status takes the higher rank, under any policy; one that is not ranked stands below all."""
        current = getattr(record, name)
        if value is None or (current is not None and ranks.get(value, -1) <= ranks.get(current, -1)):
            return False
        setattr(record, name, value)
        record.touch(self.now)
        return True

    def _timed(self, record: Record, name: str, value: object) -> None:
        """Of what is empty the time always stands there: it tells what was cleared from what nobody ever said."""
        if self.time is None and record.untimed:
            return
        times = record.field_times or {}
        if (name not in times and _empty(value)) or record.time_of(name, value) != self.time:
            record.field_times = {**times, name: self.time}
            record.touch(self.now)


def _empty(value: object) -> bool:
    return value is None or value == []


def _bytes(value: object) -> bytes:
    return b"" if value is None else str(value).encode("utf-8", "surrogatepass")
