"""The rows of one import on their way: a stream for each file, and what is acknowledged of them written down."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Literal
from uuid import UUID

import msgspec

from ringback.events import Entity, ImportClose, Tally
from services.ingest import statements, transitions
from services.ingest.bringing import brought
from services.ingest.reading import Reading, Work, nothing
from services.ingest.remarks import Remarks
from services.ingest.sender.acknowledgements import Acknowledgements
from services.ingest.sender.carrier import Carrier
from services.ingest.sender.commands import RECORDS, Commands
from services.ingest.sender.drain import Drain
from services.ingest.sender.encoding import Encoder
from services.ingest.sender.rows import Rows
from services.ingest.sender.stream import Stream
from services.ingest.sender.window import Window
from services.ingest.spool import Spool
from services.ingest.statements import File, FileWarning, Import
from services.ingest.store import Store

#: Seconds between two times that what is acknowledged is kept: a restart repeats at most what came since.
KEEP_EVERY = 0.5
#: Rows that failed in a domain service, over which its import fails: something other than the rows is wrong.
MOST_FAILURES = 1_000


class CannotGoOn(Exception):
    """The import fails, for this reason."""


class Workshop(msgspec.Struct, frozen=True):
    """What all jobs of a worker work with."""

    store: Store
    spool: Spool
    carrier: Carrier
    acknowledgements: Acknowledgements


class Sending:
    """`run` ends when all lines are closed, or at rest after `hold`; `abandon` closes them wherever they stand."""

    def __init__(self, it: Import, files: Sequence[File], workshop: Workshop) -> None:
        self._import, self._files, self._workshop = it, files, workshop
        self._entities: list[Entity] = [file.entity for file in files]
        self._reading = Reading(it, workshop.spool)
        self._remarks = Remarks(it, workshop.store)
        self._streams: dict[Entity, Stream] = {}
        self._kept: dict[Entity, Tally] = {}

    @property
    def lines(self) -> list[Tally]:
        """What is acknowledged so far."""
        return [stream.line for stream in self._streams.values()]

    @property
    def over(self) -> bool:
        """Whether every line is closed."""
        return bool(self._streams) and all(line.closed for line in self.lines)

    async def run(self) -> None:
        """Raises BadArchive, UploadLost, SpoolChanged and CannotGoOn; waits out whatever infrastructure is away."""
        if self._import.undoes is None:
            await self._read()
        else:
            self._streams = {file.entity: self._taking_out(file, self._import.undoes) for file in self._files}
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(self._keep_on())
            await asyncio.gather(*[group.create_task(stream.run()) for stream in self._streams.values()])
            keeping.cancel()
        await self.keep()

    def hold(self) -> bool:
        """`run` ends once what is on its way has landed; False where it has not come so far as to send anything."""
        for stream in self._streams.values():
            stream.hold()
        return bool(self._streams)

    async def abandon(self, why: Literal["cancelled", "failed"]) -> None:
        """Ends every line; one that nobody has begun gets one that is closed. `run` must have ended."""
        close = ImportClose(entities=self._entities, reason=why)
        for file in self._files:
            stream = self._streams.setdefault(file.entity, self._stream(nothing(file)))
            stream.abandon(close)
        async with asyncio.TaskGroup() as group:
            for stream in self._streams.values():
                group.create_task(stream.run())

    def heard(self, tally: Tally) -> None:
        """From a domain service."""
        stream = self._streams.get(tally.entity)
        if stream is not None:
            stream.heard(tally)

    async def keep(self) -> None:
        """Writes down what is acknowledged, and the failures that only a domain service saw."""
        news = [line for line in self.lines if self._kept.get(line.entity) != line]
        if not news:
            return
        await self.remark(news)
        await self._workshop.store.run(partial(statements.keep, it=self._import, lines=news))
        self._kept |= {line.entity: line for line in news}

    async def remark(self, lines: Sequence[Tally]) -> None:
        """Writes down what they say of single rows."""
        for line in lines:
            await self._remarks.tallied(line)

    async def close(self) -> None:
        """After the last `keep`, which may have to look up rows."""
        await self._reading.close()

    async def _read(self) -> None:
        works, warnings = await brought(self._reading, self._files, self._import, self._workshop.store)
        await self._count(works, warnings)
        self._remarks.read_from(works)
        for work in works:
            self._streams[work.file.entity] = self._stream(work)

    async def _count(self, works: Sequence[Work], warnings: Sequence[FileWarning]) -> None:
        """Once: whoever takes an import over finds it counted."""
        counted = [work.counted for work in works if work.file.survey is None]
        if counted:
            operation = partial(transitions.count, it=self._import, files=counted, warnings=warnings)
            await self._workshop.store.run(operation)

    async def _keep_on(self) -> None:
        while True:
            await asyncio.sleep(KEEP_EVERY)
            await self.keep()
            if any(len(line.failures) > MOST_FAILURES for line in self.lines):
                raise CannotGoOn(f"more than {MOST_FAILURES} rows could not be written by the service they belong to")

    def _stream(self, work: Work) -> Stream:
        it, file = self._import, work.file
        close = ImportClose(entities=self._entities)
        rows = Rows(work.rows, work.read, Encoder(it, file.entity), close, partial(self._remarks.read, file.entity))
        window = Window(work.rows, file.seen, file.closed)
        return Stream(_line(it, file), it.tenant_id.encode(), window, rows, self._workshop.carrier)

    def _taking_out(self, file: File, undoes: UUID) -> Stream:
        it, count = self._import, file.rows
        assert count is not None, "an undo is made with its commands counted"
        commands = Commands(count, it, file.entity, str(undoes), ImportClose(entities=self._entities))
        window = Window(count, file.seen, file.closed, Drain(RECORDS))
        return Stream(_line(it, file), it.tenant_id.encode(), window, commands, self._workshop.carrier)


def _line(it: Import, file: File) -> Tally:
    """As it was kept last."""
    return Tally(
        import_id=str(it.id),
        entity=file.entity,
        dry_run=it.dry_run,
        seen=file.seen,
        new=file.new,
        updated=file.updated,
        skipped=file.skipped,
        failed=file.failed,
        removed=file.removed,
        restored=file.restored,
        kept=file.kept,
        at=datetime.now(UTC),
        closed=file.closed,
    )
