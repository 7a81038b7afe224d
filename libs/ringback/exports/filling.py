"""From the database to a file: the header, then page after page, all of one snapshot."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Row as Stored
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ringback.exports.cells import Row
from ringback.exports.formats import Format, is_table, writer
from ringback.exports.growing import GrowingFile
from ringback.exports.snapshot import custom_columns, most, pages, snapshot
from ringback.exports.writer import DoesNotFit

#: Behind all others; an import passes over it.
LAST = "created_at"
#: Columns of a table that an import reads.
MOST_COLUMNS = 1_000


class Kind(NamedTuple):
    """A kind of record as it leaves. `columns` are what every row has, the last of them repeated as often as the array
    `repeated` is long (`list`, `list_2`); `rows` makes the stored ones of a page into those of a file."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[AsyncConnection, Sequence[Stored[Any]], str], Awaitable[list[Row]]]
    repeated: str | None = None


class Order(NamedTuple):
    """What is to be exported; `safe` is for spreadsheets, `source` the one whose ids stand as they are."""

    kind: Kind
    query: Select[Any]
    format: Format
    limit: int | None
    safe: bool
    source: str


async def fill(file: GrowingFile, folder: Path, engine: AsyncEngine, tenant: str, order: Order) -> None:
    """All of it; raises DoesNotFit. What is written is done in threads: the loop is everybody's."""
    async with snapshot(engine, tenant) as connection:
        header = await _header(connection, order)
        into = writer(order.format, file, header, safe=order.safe, name=order.kind.name, folder=folder)
        async for stored in pages(connection, order.query, order.limit):
            await _in_thread(into.rows, await order.kind.rows(connection, stored, order.source))
            file.grown()
    await _in_thread(into.close)


async def _header(connection: AsyncConnection, order: Order) -> list[str]:
    """A table has the columns of all its records; of JSON each has its own besides those that all have."""
    kind, columns = order.kind, list(order.kind.columns)
    if is_table(order.format):
        if kind.repeated is not None:
            longest = await most(connection, order.query, order.limit, kind.repeated)
            columns += [f"{columns[-1]}_{number}" for number in range(2, longest + 1)]
        columns += await custom_columns(connection, order.query, order.limit)
    header = [*columns, LAST]
    check_width(header, order)
    return header


def check_width(header: Sequence[str], order: Order) -> None:
    """Raises DoesNotFit where no import would read a table back; a safe one is for reading only."""
    if is_table(order.format) and not order.safe and len(header) > MOST_COLUMNS:
        raise DoesNotFit(
            f"{len(header):,} columns; an import reads at most {MOST_COLUMNS:,}: export fewer records at a time, "
            "which have fewer custom fields (limit, and of contacts list or q), or take json or ndjson, or "
            "excel_safe=true, to read only."
        )


async def _in_thread(work: Callable[..., None], *arguments: Any) -> None:
    """Waits for the thread in any case: it writes to a file that is closed next."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        await asyncio.shield(running)
    finally:
        await asyncio.wait([running])
