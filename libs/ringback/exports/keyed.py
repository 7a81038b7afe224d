"""What the exports of conversations, messages and calls have in common, which are stored alike."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import Depends, Query
from sqlalchemy import ARRAY, BigInteger, Row, Select, any_, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.exports.identity import ExternalId, told
from ringback.fold.keyed_tables import KeyedTables
from ringback.http.participants import Participants


class Chosen(NamedTuple):
    """Which records; all, where nothing is said."""

    participants: Participants
    import_id: Annotated[UUID | None, Query(description="Those that this import told of first.")] = None


Filters = Annotated[Chosen, Depends()]


def matching(tables: KeyedTables, of: Chosen) -> Select[Any]:
    """Any of the participants took part. An export goes through all of a tenant's records; no index would help it."""
    records = tables.records
    query = select(records)
    if of.participants:
        query = query.where(records.c.participants.overlap(of.participants))
    return query if of.import_id is None else query.where(records.c.import_id == of.import_id)


async def told_ids(
    connection: AsyncConnection, tables: KeyedTables, stored: Sequence[Row[Any]], source: str
) -> dict[int, str | None]:
    """By record, the external id by which it leaves."""
    ids = tables.ids
    further: defaultdict[int, list[ExternalId]] = defaultdict(list)
    of = any_(literal([row.id for row in stored], ARRAY(BigInteger)))
    for each in await connection.execute(select(ids).where(ids.c.record_id == of)):
        further[each.record_id].append((each.source, each.external_id))
    return {
        row.id: told(source, None if row.external_id is None else (row.source, row.external_id), further[row.id])
        for row in stored
    }
