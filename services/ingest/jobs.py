"""One import from its first row to its end, or from where another worker left it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import msgspec
import structlog

from ringback.events import Entity, ImportClose, Tally
from ringback.runtime import failpoints, metrics
from services.ingest import statements, transitions
from services.ingest.bringing import brought
from services.ingest.reading import Reading, Work, nothing
from services.ingest.remarks import Remarks
from services.ingest.sender.acknowledgements import Acknowledgements
from services.ingest.sender.carrier import Carrier
from services.ingest.sender.encoding import Encoder
from services.ingest.sender.rows import Rows, SpoolChanged
from services.ingest.sender.stream import Stream
from services.ingest.sender.window import Window
from services.ingest.sources.refusals import BadArchive
from services.ingest.spool import Spool, UploadLost
from services.ingest.statements import File, FileWarning, Import
from services.ingest.store import Store

log = structlog.get_logger()

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


class Job:
    """`run` ends when the import has ended; a cancelled one can be taken up by any worker."""

    def __init__(self, it: Import, files: Sequence[File], workshop: Workshop) -> None:
        self._import, self._files, self._workshop = it, files, workshop
        self._entities: list[Entity] = [file.entity for file in files]
        self._reading = Reading(it, workshop.spool)
        self._remarks = Remarks(it, workshop.store)
        self._streams: dict[Entity, Stream] = {}
        self._kept: dict[Entity, Tally] = {}

    async def run(self) -> None:
        """Waits out whatever infrastructure is away. One that is cancelled is the caller's to `close`."""
        it, workshop = self._import, self._workshop
        key = it.tenant_id, str(it.id)
        workshop.acknowledgements.listen(key, self._heard)
        try:
            await workshop.store.run(partial(transitions.begin, it=it))
            status, reason = await self._carry()
            failpoints.hit("ingest.before-finish")
            await self._finish(status, reason)
            await self.close()
        finally:
            workshop.acknowledgements.leave(key)

    async def close(self) -> None:
        """After the last `keep`, which may have to look up rows."""
        await self._reading.close()

    async def keep(self) -> None:
        """Writes down what is acknowledged, and the failures that only a domain service saw."""
        lines = [stream.line for stream in self._streams.values()]
        news = [line for line in lines if self._kept.get(line.entity) != line]
        if not news:
            return
        for line in news:
            await self._remarks.tallied(line)
        await self._workshop.store.run(partial(statements.keep, it=self._import, lines=news))
        self._kept |= {line.entity: line for line in news}

    async def _carry(self) -> tuple[Literal["finished", "failed"], str | None]:
        try:
            await self._send_all()
        except* (CannotGoOn, SpoolChanged, BadArchive, UploadLost) as group:
            reason = _first(group)
            log.error("import_cannot_go_on", reason=reason)
        else:
            return "finished", None
        await self._abandon()
        return "failed", reason

    async def _send_all(self) -> None:
        works, warnings = await brought(self._reading, self._files, self._import, self._workshop.store)
        await self._count(works, warnings)
        self._remarks.read_from(works)
        for work in works:
            self._streams[work.file.entity] = self._stream(work)
        await self._run_streams()

    async def _count(self, works: Sequence[Work], warnings: Sequence[FileWarning]) -> None:
        """Once: whoever takes an import over finds it counted."""
        counted = [work.counted for work in works if work.file.survey is None]
        if counted:
            operation = partial(transitions.count, it=self._import, files=counted, warnings=warnings)
            await self._workshop.store.run(operation)

    async def _run_streams(self) -> None:
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(self._keep_on())
            sending = [group.create_task(stream.run()) for stream in self._streams.values()]
            await asyncio.gather(*sending)
            keeping.cancel()
        await self.keep()

    async def _keep_on(self) -> None:
        while True:
            await asyncio.sleep(KEEP_EVERY)
            await self.keep()
            if any(len(stream.line.failures) > MOST_FAILURES for stream in self._streams.values()):
                raise CannotGoOn(f"more than {MOST_FAILURES} rows could not be written by the service they belong to")

    async def _abandon(self) -> None:
        """Ends every line wherever it stands; one that nobody has begun gets one that is closed."""
        close = ImportClose(entities=self._entities, reason="failed")
        for file in self._files:
            stream = self._streams.setdefault(file.entity, self._stream(nothing(file)))
            stream.abandon(close)
        async with asyncio.TaskGroup() as group:
            for stream in self._streams.values():
                group.create_task(stream.run())

    async def _finish(self, status: Literal["finished", "failed"], reason: str | None) -> None:
        lines = [stream.line for stream in self._streams.values()]
        for line in lines:
            await self._remarks.tallied(line)

        async def finish(connection: statements.Connection) -> bool:
            await statements.keep(connection, self._import, lines)
            return await transitions.end(connection, self._import, status, reason)

        if await self._workshop.store.run(finish):
            metrics.IMPORTS_ENDED.labels(status).inc()
            log.info("import_ended", status=status)

    def _stream(self, work: Work) -> Stream:
        it, file = self._import, work.file
        close = ImportClose(entities=self._entities)
        rows = Rows(work.rows, work.read, Encoder(it, file.entity), close, partial(self._remarks.read, file.entity))
        window = Window(work.rows, file.seen, file.closed)
        return Stream(_line(it, file), it.tenant_id.encode(), window, rows, self._workshop.carrier)

    def _heard(self, tally: Tally) -> None:
        stream = self._streams.get(tally.entity)
        if stream is not None:
            stream.heard(tally)


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
        at=datetime.now(UTC),
        closed=file.closed,
    )


def _first(group: BaseExceptionGroup[BaseException]) -> str:
    """What people are told."""
    first = group.exceptions[0]
    if isinstance(first, BaseExceptionGroup):
        return _first(first)
    return str(first)[:1_000]
