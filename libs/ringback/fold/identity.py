"""When two records are the same (rules §4, R1 and R2), for those with a natural key. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any, Generic, NamedTuple, TypeVar, cast

import msgspec

from ringback.fold.contribution import Contribution, History
from ringback.fold.record import Record


def digest(*parts: str) -> bytes:
    """128 bits of a key, the tenant in it. Only the last part may hold any character at all."""
    return blake2b("\x1f".join(parts).encode(), digest_size=16).digest()


def external_key(tenant: str, source: str, external_id: str) -> bytes:
    """An external id as it is looked up: in one column, so that its index is the only one that a probe can take."""
    return digest(tenant, source, external_id)


class Telling(NamedTuple):
    """An event with the keys by which its record is looked up, made once.

    `names` is the external key of another record that it names: a message's conversation.
    """

    event: Any
    external_key: bytes | None
    natural_key: bytes | None
    names: bytes | None = None


def telling(event: Any, natural_key: bytes | None, names: bytes | None = None) -> Telling:
    """Of a `*.recorded` event."""
    row = event.data
    key = None if row.external_id is None else external_key(event.tenant, row.source, row.external_id)
    return Telling(event, key, natural_key, names)


class KeyedRecord(Record, kw_only=True, eq=False):
    """`external_key` and `natural_key` are its first contribution's; None where that had none.

    A key lives while a contribution bears it (rules §7), so a record whose fields moved on is still found by its older
    ones: `key_orders` has all, with the place in which each was borne; `further_keys` those to be written.
    """

    external_key: bytes | None = None
    natural_key: bytes | None = None
    key_orders: dict[bytes, float] = msgspec.field(default_factory=dict)
    further_keys: list[bytes] = msgspec.field(default_factory=list)


R = TypeVar("R", bound=KeyedRecord)

#: The place of a key that has none yet: behind all that are stored.
YOUNGEST = float("inf")


def first(kind: type[R], told: Telling, now: datetime, **fields: Any) -> R:
    """A new record, which carries its first contribution inline; `fields` are what its kind has besides."""
    event, row = told.event, told.event.data
    return kind(
        tenant_id=event.tenant,
        source=row.source,
        external_id=row.external_id,
        import_id=event.importid,
        sequence=event.sequence,
        source_time=event.time,
        custom=row.custom or None,
        created_at=now,
        updated_at=now,
        externals={(row.source, row.external_id)} if row.external_id is not None else set(),
        external_key=told.external_key,
        natural_key=told.natural_key,
        **fields,
    )


class Index(Generic[R]):
    """The candidates of a batch: what is stored under its ids and keys, and what the batch itself has made since."""

    def __init__(self, stored: Iterable[R], history: History) -> None:
        self.history = history
        self._stored = list(stored)
        self._by_external: dict[bytes, R] = {}
        self._by_key: defaultdict[bytes, list[R]] = defaultdict(list)
        self.made: list[R] = []
        for record in self._stored:
            for source, external_id in record.externals:
                self._by_external[external_key(record.tenant_id, source, external_id)] = record
            for key in record.key_orders:
                self._by_key[key].append(record)
        for key, peers in self._by_key.items():
            peers.sort(key=lambda each, key=key: each.key_orders[key])  # type: ignore[misc]

    @property
    def records(self) -> Iterable[R]:
        """All of them, each once."""
        return [*self._stored, *self.made]

    def find(self, told: Telling) -> R | None:
        """R1, then R2: the oldest of the same key that bears no other id of the source; without an id the oldest."""
        if told.external_key is not None:
            found = self._by_external.get(told.external_key)
            if found is not None:
                return found
        if told.natural_key is None:
            return None
        for candidate in self._by_key.get(told.natural_key, ()):
            if told.external_key is None or not candidate.bears_other(told.event.data.source):
                return candidate
        return None

    def bears(self, key: bytes | None) -> bool:
        """Whether a record bears the external key."""
        return key in self._by_external

    def make(self, record: R) -> R:
        """A new record, youngest of all."""
        record.stage = "new"
        if record.external_key is not None:
            self._by_external[record.external_key] = record
        if record.natural_key is not None:
            record.key_orders[record.natural_key] = YOUNGEST
            self._by_key[record.natural_key].append(record)
        self.made.append(record)
        self.history.made(record)
        return record

    def join(self, record: R, told: Telling) -> Contribution:
        """A match contributes, and brings its external id and its key along: they find the record from now on.

        Before its values are offered; its outcome is to be set behind that.
        """
        row = told.event.data
        found_by_key = (row.source, row.external_id) not in record.externals
        joined = self.history.join(record, told.event, row, by_key=found_by_key)
        if told.external_key is not None:
            record.claim(row.source, row.external_id)
            self._by_external[told.external_key] = record
        key = told.natural_key
        if key is not None and key not in record.key_orders:
            record.key_orders[key] = YOUNGEST
            record.further_keys.append(key)
            joined.new_key = key
            self._by_key[key].append(record)
        return joined

    def number(self, numbers: Iterable[int]) -> None:
        """New records get their ids and further keys their places, in order of arrival: the lower is the older."""
        self.history.number(numbers)
        for joined in self.history.joined:
            if joined.new_key is not None and joined.arrival is not None:
                cast(R, joined.record).key_orders[joined.new_key] = joined.arrival
