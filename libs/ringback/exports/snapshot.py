"""The records of an export, page by page, all out of one snapshot of the database.

The transaction lasts as long as we read, never as long as somebody downloads, and ends by itself where we say nothing.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Row, Select, Subquery, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ringback.exports.cells import CUSTOM
from ringback.postgres.tenancy import hold_to

#: Records of a page: 500 contacts take the loop some 10 ms at a time.
PAGE = 500
#: A statement that reads a page, and the silence between two, as while rows are written to a disk.
LIMITS = "SET LOCAL statement_timeout = '60s'; SET LOCAL idle_in_transaction_session_timeout = '30s'"


@asynccontextmanager
async def snapshot(engine: AsyncEngine, tenant: str) -> AsyncIterator[AsyncConnection]:
    """A transaction that sees the rows of `tenant` as they stand when it begins, and changes none."""
    async with engine.connect() as connection:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        reading = await connection.execution_options(**options)
        async with reading.begin():
            await hold_to(reading, tenant)
            for limit in LIMITS.split("; "):
                await reading.execute(text(limit))
            yield reading


async def pages(
    connection: AsyncConnection, query: Select[Any], limit: int | None
) -> AsyncIterator[Sequence[Row[Any]]]:
    """The rows of a query that has a column `id`, by it; at most `limit` of them."""
    key = query.selected_columns["id"]
    ordered = query.order_by(key)
    after, left = 0, limit
    while left is None or left > 0:
        asked = PAGE if left is None else min(PAGE, left)
        rows = (await connection.execute(ordered.where(key > after).limit(asked))).all()
        if rows:
            yield rows
        if len(rows) < asked:
            return
        after, left = rows[-1].id, None if left is None else left - len(rows)


async def custom_columns(connection: AsyncConnection, query: Select[Any], limit: int | None) -> list[str]:
    """The columns of all custom fields that the query's first records have, in order of their names."""
    custom = _first(query, limit).c.custom
    names = select(func.jsonb_object_keys(custom)).where(func.jsonb_typeof(custom) == "object").distinct()
    return sorted(CUSTOM + name for (name,) in await connection.execute(names))


async def most(connection: AsyncConnection, query: Select[Any], limit: int | None, column: str) -> int:
    """The length of the longest array in `column`."""
    lengths = func.cardinality(_first(query, limit).c[column])
    return int((await connection.execute(select(func.coalesce(func.max(lengths), 0)))).scalar_one())


def _first(query: Select[Any], limit: int | None) -> Subquery:
    return (query if limit is None else query.order_by(query.selected_columns["id"]).limit(limit)).subquery()
