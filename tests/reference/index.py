"""Where the records of one entity are found: by external id (R1), and by key (R2), the oldest first (rules §4)."""

from collections.abc import Iterable
from typing import Any

from tests.reference.contribution import Contribution
from tests.reference.record import Record

ExternalId = tuple[str, str]


class Shelf:
    """The records of one entity of a tenant, in the order in which they were born."""

    def __init__(self, entity: str) -> None:
        self.entity = entity
        self.records: dict[int, Record] = {}
        self.deleted: dict[int, Record] = {}
        self.by_id: dict[ExternalId, int] = {}
        self.by_key: dict[Any, set[int]] = {}

    def add(self, record: Record, contribution: Contribution) -> bool:
        """Folds a contribution into a record and keeps it findable; says whether a field really changed."""
        self._forget(record)
        changed = record.add(contribution)
        self.put(record)
        return changed

    def put(self, record: Record) -> None:
        """Makes a record findable by all its ids and keys; a deleted one is found by neither."""
        if record.deleted_at is not None:
            self.deleted[record.born] = record
            return
        self.records[record.born] = record
        self.by_id.update(dict.fromkeys(record.ids, record.born))
        for key in record.keys:
            self.by_key.setdefault(key, set()).add(record.born)

    def _forget(self, record: Record) -> None:
        self.deleted.pop(record.born, None)
        if self.records.pop(record.born, None) is None:
            return
        for key in record.keys:
            self.by_key[key].discard(record.born)
        for name in record.ids:
            del self.by_id[name]

    def all(self) -> list[Record]:
        """The deleted ones too."""
        return [*self.records.values(), *self.deleted.values()]

    def deleted_with_id(self, source: str, external_id: str | None) -> Record | None:
        """Of those that such an id found, the one deleted last."""
        found = [record for record in self.deleted.values() if (source, external_id) in record.ids]
        return max(found, key=lambda record: (record.deleted_at, record.born), default=None)

    def revive(self, record: Record) -> None:
        """It comes back without what is another's by now."""
        keys = {key for key in record.keys if self.with_key(key)}
        ids = {name for name in record.ids if name in self.by_id}
        self._forget(record)
        record.give_up(keys, ids)
        record.deleted_at = None
        self.put(record)

    def with_id(self, source: str, external_id: str | None) -> Record | None:
        """R1: the same source and the same external id."""
        born = self.by_id.get((source, external_id)) if external_id is not None else None
        return None if born is None else self.records[born]

    def with_key(self, key: Any) -> list[Record]:
        """All records that bear a key, the one that bore it first before the others (the readings on messages)."""
        found = [self.records[born] for born in self.by_key.get(key, ())]
        return sorted(found, key=lambda record: (record.keys[key], record.born))

    def oldest(self, keys: Iterable[Any], source: str, external_id: str | None) -> Record | None:
        """R2, key by key: the oldest that bears no other external id of the row's source."""
        for key in keys:
            for record in self.with_key(key):
                if external_id is None or all(s != source or i == external_id for s, i in record.ids):
                    return record
        return None

    def least(self, key: Any) -> Record | None:
        """The conversation of least (source, id) among those of a key; those without an id come last."""
        found = self.with_key(key)
        return min(found, key=lambda r: (not r.ids, min(r.ids, default=("", "")), r.born), default=None)
