"""Records by who took part in them, newest first: how that is indexed, written and asked for.

A record's first participant is found by an index on the record itself, which costs the hot path one entry. The further
ones of a group have a row each in a table of their own. No index on the array would do: under row-level security
Postgres keeps `@>` from the indexes, as it is not leakproof; equality of text and the order of times are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Select,
    Table,
    Text,
    any_,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
    union_all,
)

from ringback.fold.scopes import columns


class Position(NamedTuple):
    """Behind which record a page starts."""

    at: datetime
    id: int


class ParticipantsTables(NamedTuple):
    """`time` is the column that orders the records; `further` has the participants of groups but the first of each."""

    records: Table
    further: Table
    time: str


def participants_tables(metadata: MetaData, singular: str, records: Table, time: str) -> ParticipantsTables:
    """Declares what `ringback.fold.ddl.participants_1` makes."""
    Index(
        f"{records.name}_by_participant",
        literal_column("(participants[1])"),
        records.c.tenant_id,
        records.c[time],
        records.c.id,
        _table=records,
    )
    further = Table(
        f"{singular}_participants",
        metadata,
        Column("tenant_id", Text, nullable=False),
        Column("participant", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("record_id", BigInteger, nullable=False),
        PrimaryKeyConstraint("tenant_id", "participant", "at", "record_id"),
    )
    return ParticipantsTables(records, further, time)


async def put_further(connection: asyncpg.Connection, tables: ParticipantsTables, records: Iterable[Any]) -> None:
    """Of records made or changed. What a change makes untrue stays, and is passed over on reading."""
    if rows := _further(tables, records):
        await connection.execute(
            f"INSERT INTO {tables.further.name} (tenant_id, participant, at, record_id)"
            " SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[]) ON CONFLICT DO NOTHING",
            *columns(rows, 4),
        )


async def drop_further(connection: asyncpg.Connection, tables: ParticipantsTables, records: Iterable[Any]) -> None:
    """Of records taken out."""
    if rows := _further(tables, records):
        await connection.execute(
            f"DELETE FROM {tables.further.name} f"
            " USING unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[]) w (tenant_id, participant, at, id)"
            " WHERE f.tenant_id = w.tenant_id AND f.participant = w.participant AND f.at = w.at AND f.record_id = w.id",
            *columns(rows, 4),
        )


def _further(tables: ParticipantsTables, records: Iterable[Any]) -> list[tuple[str, str, datetime, int]]:
    return sorted(
        (record.tenant_id, participant, getattr(record, tables.time), record.id)
        for record in records
        if len(record.participants) > 1
        for participant in record.participants[1:]
    )


def newest(tables: ParticipantsTables, participants: Sequence[str], before: Position | None, limit: int) -> Select[Any]:
    """The newest records in which any of `participants` took part, each once, behind `before`.

    For each participant two walks along an index, each no longer than the page.
    """
    records = tables.records
    time = records.c[tables.time]
    asked = (
        func.unnest(literal(list(participants), ARRAY(Text))).table_valued("participant").render_derived(name="asked")
    )
    ways = _as_first(tables, asked.c.participant, before), _further_on(tables, asked.c.participant, before)
    walks = [way.limit(limit).lateral() for way in ways]
    found = union_all(*(select(walk.c.id).select_from(asked).join(walk, true()) for walk in walks))
    query = select(records).where(records.c.id.in_(found))
    return query.order_by(time.desc(), records.c.id.desc()).limit(limit)


def _as_first(tables: ParticipantsTables, asked: Any, before: Position | None) -> Select[Any]:
    # An alias, lest it be taken for the table around it; and in words, since a parameter would hide the index's column.
    records = tables.records.alias("first")
    time = records.c[tables.time]
    query = select(records.c.id).where(literal_column("first.participants[1]") == asked)
    if before is not None:
        query = query.where(tuple_(time, records.c.id) < tuple(before))
    return query.order_by(time.desc(), records.c.id.desc())


def _further_on(tables: ParticipantsTables, asked: Any, before: Position | None) -> Select[Any]:
    records, further = tables.records.alias("grouped"), tables.further
    same = (records.c.tenant_id == further.c.tenant_id) & (records.c.id == further.c.record_id)
    query = (
        select(records.c.id)
        .join(further, same & (records.c[tables.time] == further.c.at))
        .where(further.c.participant == asked, asked == any_(records.c.participants))
    )
    if before is not None:
        query = query.where(tuple_(further.c.at, further.c.record_id) < tuple(before))
    return query.order_by(further.c.at.desc(), further.c.record_id.desc())
