"""The statements for contributions: what a batch may add to is read once, what it adds is written once."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import asyncpg
import msgspec

from ringback.events import Entity
from ringback.fold.contribution import Contribution, History, Stored, Told, first_of, likeness
from ringback.fold.contribution_tables import ContributionTables
from ringback.fold.record import Record
from ringback.fold.scopes import columns, fetch
from ringback.fold.undo import Left
from ringback.ledger.intake import Scope
from ringback.postgres.bulk import Row, insert, target

R = TypeVar("R", bound=Record)

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


#: Of an import, what is next: an index has them by what became of each. Not `=`: see `ringback.http.of_import`.
_MET = """
    SELECT DISTINCT id FROM (
        (SELECT r.id FROM {entity} r WHERE (r.import_id, r.id) > ($2, 0) AND r.import_id <= $2 AND r.tenant_id = $1
            ORDER BY r.import_id, r.id LIMIT $3)
        UNION ALL
        SELECT c.id FROM unnest(ARRAY['new', 'updated', 'skipped']) AS o (outcome) CROSS JOIN LATERAL (
            SELECT c.record_id AS id FROM contributions c
            WHERE c.entity = '{entity}' AND c.outcome = o.outcome
            AND (c.import_id, c.record_id) > ($2, 0) AND c.import_id <= $2 AND c.tenant_id = $1
            ORDER BY c.import_id, c.record_id LIMIT $3) c
    ) met ORDER BY id LIMIT $3
"""

_OF_RECORDS = """
    SELECT f.* FROM unnest($2::bigint[]) AS w (id) CROSS JOIN LATERAL (
        SELECT c.* FROM contributions c
        WHERE c.tenant_id = $1 AND c.entity = '{entity}' AND c.record_id = w.id OFFSET 0) f
    ORDER BY f.record_id, f.arrival
"""

_TAKE_OUT = """
    DELETE FROM contributions c USING unnest($2::bigint[], $3::boolean[]) AS w (id, alone)
    WHERE c.tenant_id = $1 AND c.entity = '{entity}' AND c.record_id = w.id AND (w.alone OR c.import_id = $4)
"""

#: Whoever is the first of those that are left made the record.
_NOW_FIRST = """
    UPDATE contributions c SET outcome = 'new' FROM unnest($2::bigint[], $3::bigint[]) AS w (id, arrival)
    WHERE c.tenant_id = $1 AND c.entity = '{entity}' AND c.record_id = w.id AND c.arrival = w.arrival
"""


class Contributions:
    """Those of one kind of record, whose events carry a `row`."""

    def __init__(self, tables: ContributionTables, entity: Entity, row: type[msgspec.Struct]) -> None:
        self._real, self._shadow = target(tables.contributions), target(tables.shadow)
        self._entity, self._row = entity, row
        self._several = _SEVERAL.format(entity=entity)
        self._met, self._of_records = _MET.format(entity=entity), _OF_RECORDS.format(entity=entity)
        self._take_out, self._now_first = _TAKE_OUT.format(entity=entity), _NOW_FIRST.format(entity=entity)

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

    async def met(self, connection: asyncpg.Connection, tenant: str, import_id: str, most: int) -> list[int]:
        """The ids of the next records to which the import contributed."""
        return [number for (number,) in await connection.fetch(self._met, tenant, import_id, most)]

    async def of(
        self, connection: asyncpg.Connection, tenant: str, records: Sequence[R]
    ) -> list[tuple[R, list[Stored]]]:
        """All contributions of each of the tenant's records, in order of arrival; an edit's words as they are kept."""
        own = {record.id: list[Stored]() for record in records}
        for row in await connection.fetch(self._of_records, tenant, list(own)):
            own[row["record_id"]].append(self._stored(row))
        return [(record, own[record.id] or [first_of(record, self._row)]) for record in records]

    async def stored(self, connection: asyncpg.Connection, statement: str, *values: Any) -> list[Stored]:
        """Those that the statement selects whole."""
        return [self._stored(row) for row in await connection.fetch(statement, *values)]

    async def take_out(
        self, connection: asyncpg.Connection, tenant: str, import_id: str, left: Sequence[Left[Any]]
    ) -> None:
        """The import's, and with them the last one of a record, which is then carried inline (an edit cannot be)."""
        alone = [len(each.kept) < 2 and all(kept.kind != "edit" for kept in each.kept) for each in left]
        await connection.execute(self._take_out, tenant, [each.record.id for each in left], alone, import_id)
        first = [(each.record.id, each.kept[0].arrival) for each in left if each.kept and each.kept[0].kind != "edit"]
        if first:
            await connection.execute(self._now_first, tenant, *columns(first, 2))

    def _stored(self, row: asyncpg.Record) -> Stored:
        names = (name for name in self._real.columns if name in Stored.__struct_fields__)
        values = {name: row[name] for name in names}
        if values["kind"] != "edit":
            values["said"] = msgspec.convert(values["said"], self._row)
        return Stored(**values)

    def rows(self, history: History) -> list[Row]:
        """What `write` writes, in the order of the table's columns."""
        return sorted((self._values(each) for each in history.kept), key=lambda row: row[:4])

    def _values(self, each: Contribution) -> Row:
        own = (getattr(each, name) for name in self._real.columns[3:])
        return (each.record.tenant_id, self._entity, each.record.id, *own)


def _likenesses(events: Iterable[Any]) -> Sequence[tuple[bytes]]:
    """Of live events, which may be repeats."""
    return [(likeness(event),) for event in events if event.importid is None]
