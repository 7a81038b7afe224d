"""When two records are the same (rules §4, R1 and R2), for those with a natural key. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Generic, TypeVar

from ringback.fold.record import Record


def digest(*parts: str) -> bytes:
    """128 bits of a key, the tenant in it. Only the last part may hold any character at all."""
    return blake2b("\x1f".join(parts).encode(), digest_size=16).digest()


def external_key(tenant: str, source: str, external_id: str) -> bytes:
    """An external id as it is looked up: in one column, so that its index is the only one that a probe can take."""
    return digest(tenant, source, external_id)


@dataclass(slots=True, kw_only=True, eq=False)
class KeyedRecord(Record):
    """`natural_key` is its first contribution's, hashed; None where that had none.

    A key lives while a contribution bears it (rules §7), so a record whose fields moved on is still found by its older
    ones: `key_orders` has all, with the place in which each was borne; `further_keys` those to be written.
    """

    natural_key: bytes | None = None
    key_orders: dict[bytes, float] = field(default_factory=dict)
    further_keys: list[bytes] = field(default_factory=list)

    @property
    def external_key(self) -> bytes | None:
        """Of its inline external id."""
        if self.external_id is None:
            return None
        return external_key(self.tenant_id, self.source, self.external_id)


R = TypeVar("R", bound=KeyedRecord)

#: The place of a key that has none yet: behind all that are stored.
YOUNGEST = float("inf")


class Index(Generic[R]):
    """The candidates of a batch: what is stored under its ids and keys, and what the batch itself has made since."""

    def __init__(self, stored: Iterable[R]) -> None:
        self._stored = list(stored)
        self._by_external: dict[tuple[str, str, str], R] = {}
        self._by_key: defaultdict[tuple[str, bytes], list[R]] = defaultdict(list)
        self.made: list[R] = []
        #: New records (None) and further keys, as they came: in this order each gets its place in age.
        self.arrivals: list[tuple[R, bytes | None]] = []
        for record in self._stored:
            self._add(record)
        for (_, key), peers in self._by_key.items():
            peers.sort(key=lambda each, key=key: each.key_orders[key])  # type: ignore[misc]

    @property
    def records(self) -> Iterable[R]:
        """All of them, each once."""
        return [*self._stored, *self.made]

    def find(self, tenant: str, source: str, external_id: str | None, natural_key: bytes | None) -> R | None:
        """R1, then R2: the oldest of the same key that bears no other id of the source; without an id the oldest."""
        if external_id is not None:
            found = self._by_external.get((tenant, source, external_id))
            if found is not None:
                return found
        if natural_key is None:
            return None
        for candidate in self._by_key.get((tenant, natural_key), ()):
            if external_id is None or not candidate.bears_other(source):
                return candidate
        return None

    def bears(self, tenant: str, source: str, external_id: str | None) -> bool:
        """Whether a record bears the external id."""
        return (tenant, source, external_id) in self._by_external

    def make(self, record: R) -> R:
        """A new record, youngest of all."""
        record.stage = "new"
        if record.natural_key is not None:
            record.key_orders[record.natural_key] = YOUNGEST
        self.made.append(record)
        self.arrivals.append((record, None))
        self._add(record)
        return record

    def claim(self, record: R, source: str, external_id: str | None, natural_key: bytes | None) -> None:
        """A match brings its external id and its key along: they find the record from now on."""
        if external_id is not None:
            record.claim(source, external_id)
            self._by_external[record.tenant_id, source, external_id] = record
        if natural_key is not None and natural_key not in record.key_orders:
            record.key_orders[natural_key] = YOUNGEST
            record.further_keys.append(natural_key)
            self.arrivals.append((record, natural_key))
            self._by_key[record.tenant_id, natural_key].append(record)

    def _add(self, record: R) -> None:
        for source, external_id in record.externals:
            self._by_external[record.tenant_id, source, external_id] = record
        for key in record.key_orders:
            self._by_key[record.tenant_id, key].append(record)
