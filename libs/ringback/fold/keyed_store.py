"""The statements for records with a natural key: candidates are read once a batch, results written once a table."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar

import asyncpg

from ringback.fold.contribution import History
from ringback.fold.contribution_store import Contributions
from ringback.fold.identity import Index, KeyedRecord, Telling, external_key
from ringback.fold.keyed_tables import KeyedTables
from ringback.fold.participants import drop_further, put_further
from ringback.fold.scopes import columns
from ringback.fold.undo import Kind, Left, without
from ringback.ledger.intake import REAL, Scope
from ringback.postgres.bulk import Row, Target, insert, target, upsert

R = TypeVar("R", bound=KeyedRecord)

#: (tenant, key): by what a batch may find records.
Wanted = set[tuple[str, bytes]]


def external(tellings: Iterable[Telling]) -> Wanted:
    """What to look up by R1."""
    return {(told.event.tenant, told.external_key) for told in tellings if told.external_key is not None}


def natural(tellings: Iterable[Telling]) -> Wanted:
    """What to look up by R2."""
    return {(told.event.tenant, told.natural_key) for told in tellings if told.natural_key is not None}


# In each statement the wanted keys come first and OFFSET 0 keeps them there: one probe of an index for each key. Left
# to itself the planner, which knows nothing of a young table or a shadow, now and then reads all of it for each.
_FOUND = """
    SELECT f.* FROM unnest($1::text[], $2::bytea[]) AS w (tenant_id, external_key) CROSS JOIN LATERAL (
        SELECT r.tenant_id, r.id FROM {table} r WHERE r.external_key = w.external_key {r} OFFSET 0) f
    UNION ALL
    SELECT f.* FROM unnest($1::text[], $2::bytea[]) AS w (tenant_id, external_key) CROSS JOIN LATERAL (
        SELECT i.tenant_id, i.record_id FROM {ids} i
        WHERE i.tenant_id = w.tenant_id AND i.external_key = w.external_key {i} OFFSET 0) f
    UNION ALL
    SELECT f.* FROM unnest($3::text[], $4::bytea[]) AS w (tenant_id, natural_key) CROSS JOIN LATERAL (
        SELECT r.tenant_id, r.id FROM {table} r WHERE r.natural_key = w.natural_key {r} OFFSET 0) f
    UNION ALL
    SELECT f.* FROM unnest($3::text[], $4::bytea[]) AS w (tenant_id, natural_key) CROSS JOIN LATERAL (
        SELECT k.tenant_id, k.record_id FROM {keys} k
        WHERE k.tenant_id = w.tenant_id AND k.natural_key = w.natural_key {k} OFFSET 0) f
"""

_ROWS = """
    SELECT f.* FROM unnest($1::text[], $2::bigint[]) AS w (tenant_id, id) CROSS JOIN LATERAL (
        SELECT r.* FROM {table} r WHERE r.tenant_id = w.tenant_id AND r.id = w.id {r} OFFSET 0) f
"""

_FURTHER_IDS = """
    SELECT f.* FROM unnest($1::bigint[]) AS w (id) CROSS JOIN LATERAL (
        SELECT i.* FROM {ids} i WHERE i.record_id = w.id {i} OFFSET 0) f
"""

_FURTHER_KEYS = """
    SELECT f.* FROM unnest($1::bigint[]) AS w (id) CROSS JOIN LATERAL (
        SELECT k.* FROM {keys} k WHERE k.record_id = w.id {k} OFFSET 0) f
"""


_DROP_OF = """
    DELETE FROM {table} d USING unnest($1::text[], $2::bigint[]) AS w (tenant_id, id)
    WHERE d.tenant_id = w.tenant_id AND d.record_id = w.id
"""


class KeyedStore(Generic[R]):
    """One kind of record in its tables, and the shadow beside each."""

    def __init__(self, record: type[R], tables: KeyedTables, contributions: Contributions) -> None:
        self._record = record
        self._contributions = contributions
        self._real = [target(table) for table in tables[:3]]
        self._shadow = [target(table) for table in tables[3:6]]
        self._participants = tables.participants
        self._columns = self._real[0].columns
        self._row = attrgetter(*self._columns)
        self._next_ids = f"SELECT nextval('{tables.records.name}_id_seq') FROM generate_series(1, $1)"

    @property
    def shadows(self) -> tuple[str, ...]:
        """The shadow tables, to be swept, but for that of the contributions, which several kinds of records share."""
        return tuple(each.table for each in self._shadow)

    async def read(self, connection: asyncpg.Connection, scope: Scope, external: Wanted, natural: Wanted) -> list[R]:
        """What any of the keys finds; in a dry run the shadow's version of it, where there is one."""
        found = await self._fetch(connection, scope, _FOUND, [*columns(external, 2), *columns(natural, 2)])
        return list((await self._records(connection, scope, {(row["tenant_id"], row["id"]) for row in found})).values())

    async def _records(
        self, connection: asyncpg.Connection, scope: Scope, found: set[tuple[str, int]]
    ) -> dict[tuple[str, int], R]:
        ids = columns(found, 2)
        rows = await self._fetch(connection, scope, _ROWS, ids)
        records = {(row["tenant_id"], row["id"]): self._stored(row) for row in rows}
        for row in await self._fetch(connection, scope, _FURTHER_IDS, ids[1:]):
            records[row["tenant_id"], row["record_id"]].externals.add((row["source"], row["external_id"]))
        for row in await self._fetch(connection, scope, _FURTHER_KEYS, ids[1:]):
            records[row["tenant_id"], row["record_id"]].key_orders[row["natural_key"]] = row["key_order"]
        return records

    async def history(
        self, connection: asyncpg.Connection, scope: Scope, found: Sequence[R], tellings: Iterable[Telling]
    ) -> History:
        """Of records that were read for the tellings."""
        return await self._contributions.history(connection, scope, found, (told.event for told in tellings))

    async def write(self, connection: asyncpg.Connection, scope: Scope, index: Index[R]) -> None:
        """What the fold made and changed."""
        index.number(await self._numbers(connection, len(index.history.arrivals)))
        changed = [record for record in index.records if record.stage == "changed"]
        await self._put(insert, connection, scope, 0, map(self._row, index.made))
        await self._put(upsert, connection, scope, 0, map(self._row, changed))
        await self._put(insert, connection, scope, 1, sorted(_further_ids(index.records)))
        await self._put(insert, connection, scope, 2, sorted(_further_keys(index.records)))
        await self._put_participants(connection, scope, [*index.made, *changed])
        await self._contributions.write(connection, scope, index.history)

    async def without(
        self, connection: asyncpg.Connection, tenant: str, import_id: str, most: int, kind: Kind[R]
    ) -> list[Left[R]]:
        """The next records to which the import contributed, as they are without it; nothing is written."""
        met = await self._contributions.met(connection, tenant, import_id, most)
        records = await self._records(connection, REAL, {(tenant, number) for number in met})
        every = await self._contributions.of(connection, tenant, list(records.values()))
        return without(import_id, every, kind.refold, datetime.now(UTC))

    async def take_out(
        self, connection: asyncpg.Connection, tenant: str, import_id: str, left: Sequence[Left[R]]
    ) -> None:
        """Writes what is left: all their further ids and keys are written anew."""
        met = columns(((tenant, each.record.id) for each in left), 2)
        for table in self._real[1:]:
            await connection.execute(_DROP_OF.format(table=table.table), *met)
        gone = [each.record for each in left if each.again is None]
        await self.put_aside(connection, REAL, gone)
        again = [each.again for each in left if each.again is not None]
        await self._put(upsert, connection, REAL, 0, map(self._row, again))
        await self._put(insert, connection, REAL, 1, sorted(_further_ids(again)))
        await self._put(insert, connection, REAL, 2, sorted(_further_keys(again)))
        await self._put_participants(connection, REAL, again)
        await self._contributions.take_out(connection, tenant, import_id, left)

    async def put_aside(self, connection: asyncpg.Connection, scope: Scope, gone: Sequence[R]) -> None:
        """Takes out records of which nothing but the inline id and key is left. A dry run takes out only its own."""
        if gone:
            ids = columns(((record.tenant_id, record.id) for record in gone), 2)
            await self._delete(connection, scope, ids)
            if scope.import_id is None:
                await drop_further(connection, self._participants, gone)

    async def put_in(self, connection: asyncpg.Connection, scope: Scope, made: Sequence[R]) -> None:
        """Adds records that bear nothing but their inline id and key."""
        for record, number in zip(made, await self._numbers(connection, len(made)), strict=True):
            record.id = number
        await self._put(insert, connection, scope, 0, map(self._row, made))
        await self._put_participants(connection, scope, made)

    async def _put_participants(self, connection: asyncpg.Connection, scope: Scope, records: Sequence[R]) -> None:
        if scope.import_id is None:
            await put_further(connection, self._participants, records)

    async def _delete(self, connection: asyncpg.Connection, scope: Scope, ids: list[list[Any]]) -> None:
        table = self._real[0].table if scope.import_id is None else self._shadow[0].table
        statement = f"""
            DELETE FROM {table} r USING unnest($1::text[], $2::bigint[]) AS w (tenant_id, id)
            WHERE r.tenant_id = w.tenant_id AND r.id = w.id
        """
        if scope.import_id is None:
            await connection.execute(statement, *ids)
        else:
            await connection.execute(f"{statement} AND r.shadow_of = $3", *ids, scope.import_id)

    async def _numbers(self, connection: asyncpg.Connection, count: int) -> list[int]:
        if not count:
            return []
        return [number for (number,) in await connection.fetch(self._next_ids, count)]

    async def _fetch(
        self, connection: asyncpg.Connection, scope: Scope, statement: str, arrays: list[list[Any]]
    ) -> list[asyncpg.Record]:
        if not any(arrays):
            return []
        rows: list[asyncpg.Record] = await connection.fetch(_over(statement, self._real, ""), *arrays)
        if scope.import_id is None:
            return rows
        own = f".shadow_of = ${len(arrays) + 1}"
        return [*rows, *await connection.fetch(_over(statement, self._shadow, own), *arrays, scope.import_id)]

    async def _put(
        self, how: Any, connection: asyncpg.Connection, scope: Scope, which: int, rows: Iterable[Row]
    ) -> None:
        if scope.import_id is None:
            await how(connection, self._real[which], list(rows))
        else:
            await how(connection, self._shadow[which], [(scope.import_id, *row) for row in rows])

    async def stored(self, connection: asyncpg.Connection, statement: str, *values: Any) -> list[R]:
        """The records that the statement selects whole, without their further ids and keys."""
        return [self._stored(row) for row in await connection.fetch(statement, *values)]

    def _stored(self, row: asyncpg.Record) -> R:
        record = self._record(**{name: row[name] for name in self._columns})
        if record.external_id is not None:
            record.externals.add((record.source, record.external_id))
        if record.natural_key is not None and record.id is not None:
            record.key_orders[record.natural_key] = record.id
        return record


def _over(statement: str, targets: list[Target], scope: str) -> str:
    names = dict(zip(("table", "ids", "keys"), (each.table for each in targets), strict=True))
    return statement.format(**names, **{alias: f"AND {alias}{scope}" if scope else "" for alias in ("r", "i", "k")})


def _further_ids(records: Iterable[KeyedRecord]) -> list[Row]:
    return [
        (record.tenant_id, external_key(record.tenant_id, *external), *external, record.id)
        for record in records
        for external in record.further
    ]


def _further_keys(records: Iterable[KeyedRecord]) -> list[Row]:
    return [
        (record.tenant_id, key, record.id, record.key_orders[key]) for record in records for key in record.further_keys
    ]
