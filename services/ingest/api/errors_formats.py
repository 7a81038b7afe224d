"""Failed rows as CSV, as a workbook, and those of several files as a ZIP; none holds more than a few of them."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncEngine

from ringback.events import Entity
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import failed_queries
from services.ingest.api.failed_queries import Wanted
from services.ingest.errors_file import ErrorsFile
from services.ingest.errors_workbook import ErrorsWorkbook

#: Rows that are held at once; each may have the 2 MB of the longest row that is read.
AT_ONCE = 50
_CHUNK = 1 << 16


class Failed(NamedTuple):
    """The failed rows of one file, and as what table they are written."""

    engine: AsyncEngine
    wanted: Wanted
    entity: Entity
    table: ErrorsFile

    async def pieces(self) -> AsyncIterator[Sequence[RowMapping]]:
        """A short transaction for each: who reads slowly holds no connection of the database."""
        last = 0
        while True:
            async with tenant_session(self.engine, self.wanted.it["tenant_id"]) as connection:
                rows = await failed_queries.failed_rows_of_file(connection, self.wanted, self.entity, last, AT_ONCE)
            if not rows:
                return
            yield rows
            last = rows[-1]["row"]

    async def csv(self) -> AsyncIterator[bytes]:
        """As it is made."""
        yield self.table.csv_head()
        async for rows in self.pieces():
            yield self.table.csv_rows(rows)


class _Sent:
    """What a ZIP writes to, who never goes back: bytes that are waiting to be sent."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, data: bytes, /) -> int:
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """Nothing is to be given back."""

    def taken(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


async def zipped(several: Iterable[Failed]) -> AsyncIterator[bytes]:
    """An archive as an import takes it: each as CSV, under the name of its file."""
    sent = _Sent()
    with ZipFile(sent, "w", ZIP_DEFLATED) as archive:
        for failed in several:
            with archive.open(f"{failed.entity}.csv", "w", force_zip64=True) as member:
                async for piece in failed.csv():
                    member.write(piece)
                    yield sent.taken()
    yield sent.taken()


async def workbook(failed: Failed) -> AsyncIterator[bytes]:
    """Made as a whole before the first byte, in a file without a name. Raises DoesNotFit at once."""
    file: IO[bytes] = await asyncio.to_thread(TemporaryFile)
    with TemporaryDirectory(prefix="ringback-errors-") as folder:
        book = ErrorsWorkbook(file, failed.table.titles, folder)
        async for rows in failed.pieces():
            await asyncio.to_thread(book.rows, [failed.table.row(each) for each in rows])
        await asyncio.to_thread(book.close)
    file.seek(0)
    return _chunks(file)


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
