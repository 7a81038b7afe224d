"""When two records are the same (rules §4, R1 and R2), for those with a natural key. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Generic, TypeVar

from ringback.fold.record import Record


@dataclass(slots=True, kw_only=True, eq=False)
class KeyedRecord(Record):
    """A record whose natural key, hashed, is a column; None while it has none."""

    natural_key: bytes | None = None


R = TypeVar("R", bound=KeyedRecord)


def digest(*parts: str) -> bytes:
    """128 bits of a natural key. Only the last part may hold any character at all."""
    return blake2b("\x1f".join(parts).encode(), digest_size=16).digest()


class Index(Generic[R]):
    """The candidates of a batch: what is stored under its ids and keys, and what the batch itself has made since."""

    def __init__(self, stored: Iterable[R]) -> None:
        self._by_external: dict[tuple[str, str, str], R] = {}
        self._by_key: defaultdict[tuple[str, bytes], list[R]] = defaultdict(list)
        self._stored = sorted(stored, key=lambda each: each.id or 0)
        self.made: list[R] = []
        for record in self._stored:
            self.add(record)

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

    def add(self, record: R) -> None:
        """A record is found by its ids and key from now on."""
        for source, external_id in record.externals:
            self._by_external[record.tenant_id, source, external_id] = record
        if record.natural_key is not None:
            self._by_key[record.tenant_id, record.natural_key].append(record)

    def make(self, record: R) -> R:
        """A new record, youngest of all."""
        record.stage = "new"
        self.made.append(record)
        self.add(record)
        return record

    def claim(self, record: R, source: str, external_id: str | None) -> None:
        """A match brings its external id along."""
        if external_id is not None:
            record.claim(source, external_id)
            self._by_external[record.tenant_id, source, external_id] = record

    def rekey(self, record: R, natural_key: bytes | None) -> None:
        """Its key has moved with its fields."""
        if natural_key == record.natural_key:
            return
        if record.natural_key is not None:
            self._by_key[record.tenant_id, record.natural_key].remove(record)
        record.natural_key = natural_key
        if natural_key is not None:
            peers = self._by_key[record.tenant_id, natural_key]
            peers.append(record)
            peers.sort(key=lambda each: each.id if each.id is not None else float("inf"))

    @property
    def records(self) -> Iterable[R]:
        """All of them, each once, oldest first."""
        return [*self._stored, *self.made]
