"""The statements for contributions: what a batch may add to is read once, what it adds is written once."""

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg
import msgspec

from ringback.events import Entity
from ringback.fold.contribution import Contribution, History, Told, likeness
from ringback.fold.contribution_tables import ContributionTables
from ringback.fold.record import Record
from ringback.fold.scopes import columns, fetch
from ringback.ledger.intake import Scope
from ringback.postgres.bulk import Row, insert, target

# One probe of an index for each record and each likeness, as in `ringback.fold.keyed_store`.
_SEVERAL = """
    SELECT f.* FROM unnest($1::text[], $2::bigint[]) AS w (tenant_id, id) CROSS JOIN LATERAL (
        SELECT r.tenant_id, r.record_id FROM contributions r
        WHERE r.tenant_id = w.tenant_id AND r.entity = '{entity}' AND r.record_id = w.id -- scope
        LIMIT 1) f
"""

_ALIKE = """
    SELECT f.* FROM unnest($1::bytea[]) AS w (likeness) CROSS JOIN LATERAL (
        SELECT r.tenant_id, r.record_id, r.likeness FROM contributions r WHERE r.likeness = w.likeness -- scope
        OFFSET 0) f
"""


class Contributions:
    """Those of one kind of record, whose events carry a `row`."""

    def __init__(self, tables: ContributionTables, entity: Entity, row: type[msgspec.Struct]) -> None:
        self._real, self._shadow = target(tables.contributions), target(tables.shadow)
        self._entity, self._row = entity, row
        self._several = _SEVERAL.format(entity=entity)

    @property
    def shadow(self) -> str:
        """The shadow table, to be swept."""
        return self._shadow.table

    @property
    def columns(self) -> tuple[str, ...]:
        """Of the table."""
        return self._real.columns

    async def history(
        self, connection: asyncpg.Connection, scope: Scope, found: Iterable[Record], events: Iterable[Any]
    ) -> History:
        """What the batch may add to: nothing is asked where it met no record."""
        history = History(self._row)
        records = {(record.tenant_id, record.id): record for record in found}
        told: dict[tuple[str, int], Told] = {}
        for row in await fetch(connection, self._several, self._real.table, scope, columns(records, 2)):
            told[row["tenant_id"], row["record_id"]] = Told()
        alike = columns(_likenesses(events), 1) if told else [[]]
        for row in await fetch(connection, _ALIKE, self._real.table, scope, alike):
            if (row["tenant_id"], row["record_id"]) in told:
                told[row["tenant_id"], row["record_id"]].likenesses.add(row["likeness"])
        for key, each in told.items():
            history.know(records[key], each)
        return history

    async def write(self, connection: asyncpg.Connection, scope: Scope, history: History) -> None:
        """What the batch added, once records and arrivals have their numbers."""
        rows = self.rows(history)
        if scope.import_id is None:
            await insert(connection, self._real, rows)
        else:
            await insert(connection, self._shadow, [(scope.import_id, *row) for row in rows])

    def rows(self, history: History) -> list[Row]:
        """What `write` writes, in the order of the table's columns."""
        return sorted((self._values(each) for each in history.kept), key=lambda row: row[:4])

    def _values(self, each: Contribution) -> Row:
        own = (getattr(each, name) for name in self._real.columns[3:])
        return (each.record.tenant_id, self._entity, each.record.id, *own)


def _likenesses(events: Iterable[Any]) -> Sequence[tuple[bytes]]:
    """Of live events, which may be repeats."""
    return [(likeness(event),) for event in events if event.importid is None]
