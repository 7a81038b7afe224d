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
    `field_times` has the time of each value that differs from the first contribution's `source_time`.
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

    def time_of(self, name: str) -> datetime | None:
        """The source's time of a value; None for an untimed one."""
        if self.field_times is not None and name in self.field_times:
            return self.field_times[name]
        return self.source_time

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
        """Whether `value` takes the place of `current` (rules §5, bytewise greater at equal times)."""
        if current is None or current == []:
            return True
        if self.time is None:
            return current_time is None and self.policy == "overwrite"
        if current_time is None or self.time > current_time:
            return True
        return self.time == current_time and _bytes(value) > _bytes(current)

    def put(self, record: Record, name: str, value: Any) -> bool:
        """Offers one field; True where its value really changed. What is empty says nothing."""
        if value is None or value == []:
            return False
        current = getattr(record, name)
        if not self.prevails(current, record.time_of(name), value):
            return False
        setattr(record, name, value)
        self._timed(record, name)
        if value != current:
            record.touch(self.now)
        return bool(value != current)

    def put_all(self, record: Record, names: Iterable[str], data: object) -> bool:
        """Offers the fields `names` of an event's data; True where any changed."""
        changed = [self.put(record, name, getattr(data, name)) for name in names]
        return any(changed)

    def put_custom(self, record: Record, custom: dict[str, str]) -> bool:
        """Custom fields, key by key: absent ones are added, the others settled like fields."""
        changed = False
        for key, value in custom.items():
            current = (record.custom or {}).get(key)
            if value and self.prevails(current, record.time_of(f"custom.{key}"), value):
                record.custom = {**(record.custom or {}), key: value}
                self._timed(record, f"custom.{key}")
                changed |= value != current
        if changed:
            record.touch(self.now)
        return changed

    def put_ranked(self, record: Record, name: str, value: str | None, ranks: dict[str, int]) -> bool:
        """A status takes the higher rank, under any policy; one that is not ranked stands below all."""
        current = getattr(record, name)
        if value is None or (current is not None and ranks.get(value, -1) <= ranks.get(current, -1)):
            return False
        setattr(record, name, value)
        record.touch(self.now)
        return True

    def _timed(self, record: Record, name: str) -> None:
        if record.time_of(name) != self.time:
            record.field_times = {**(record.field_times or {}), name: self.time}
            record.touch(self.now)


def unite(present: list[str], offered: Iterable[str]) -> list[str]:
    """A set kept as a list, in order of arrival: the same list where nothing is added."""
    added = [each for each in dict.fromkeys(offered) if each not in present]
    return [*present, *added] if added else present


def _bytes(value: object) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")
