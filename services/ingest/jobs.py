"""One import from its first row to its end, or from where another worker left it; or to where somebody stops it."""

import asyncio
from collections.abc import Sequence
from functools import partial
from uuid import UUID

import structlog

from ringback.runtime import failpoints, metrics
from services.ingest import statements, transitions
from services.ingest.import_log import End
from services.ingest.sender.rows import SpoolChanged
from services.ingest.sending import CannotGoOn, Sending, Workshop
from services.ingest.sources.refusals import BadArchive
from services.ingest.spool import UploadLost
from services.ingest.statements import File, Import, Wish

log = structlog.get_logger()


class Job:
    """`run` ends when the import has ended or is paused; a job that is cancelled can be taken up by any worker."""

    def __init__(self, it: Import, files: Sequence[File], workshop: Workshop) -> None:
        self._import, self._workshop = it, workshop
        self._sending = Sending(it, files, workshop)
        self._wish: Wish | None = None
        self._asked = asyncio.Event()

    @property
    def key(self) -> tuple[str, UUID]:
        """(tenant, import)."""
        return self._import.tenant_id, self._import.id

    def ask(self, wish: Wish) -> None:
        """`pause` lets what is on its way land and ends `run`; `cancel` ends the import where it stands."""
        self._wish = wish
        self._asked.set()

    async def run(self) -> None:
        """Waits out whatever infrastructure is away. One that is cancelled is the caller's to `close`."""
        it, workshop = self._import, self._workshop
        key = it.tenant_id, str(it.id)
        workshop.acknowledgements.listen(key, self._sending.heard)
        try:
            if await workshop.store.run(partial(transitions.begin, it=it)):
                await self._to_its_end()
            await self.close()
        finally:
            workshop.acknowledgements.leave(key)

    async def close(self) -> None:
        """After the last `keep`."""
        await self._sending.close()

    async def keep(self) -> None:
        """Writes down what is acknowledged."""
        await self._sending.keep()

    async def _to_its_end(self) -> None:
        """Or to a pause."""
        if self._import.cancelled_by is not None:
            self.ask("cancel")
        end = await self._carry()
        if end is None:
            log.info("import_paused")
            return
        failpoints.hit("ingest.before-finish")
        await self._finish(*end)

    async def _carry(self) -> tuple[End, str | None] | None:
        """How it ends, and why; None where it is paused."""
        try:
            async with asyncio.TaskGroup() as group:
                sending = group.create_task(self._sending.run())
                heeding = group.create_task(self._heed(sending))
                await asyncio.wait({sending})
                heeding.cancel()
        except* (CannotGoOn, SpoolChanged, BadArchive, UploadLost) as errors:
            reason = _first(errors)
            log.error("import_cannot_go_on", reason=reason)
        else:
            return await self._stopped()
        await self._sending.abandon("failed")
        return "failed", reason

    async def _heed(self, sending: asyncio.Task[None]) -> None:
        """Before anything is on its way there is nothing to wait for."""
        await self._asked.wait()
        if self._wish != "pause" or not self._sending.hold():
            sending.cancel()

    async def _stopped(self) -> tuple[End, str | None] | None:
        """A wish that came when all was done came too late."""
        if self._sending.over:
            return "finished", None
        if self._wish == "pause":
            return None
        await self._sending.abandon("cancelled")
        return "cancelled", None

    async def _finish(self, status: End, reason: str | None) -> None:
        lines = self._sending.lines
        await self._sending.remark(lines)

        async def finish(connection: statements.Connection) -> bool:
            await statements.keep(connection, self._import, lines)
            return await transitions.end(connection, self._import, status, reason)

        if await self._workshop.store.run(finish):
            metrics.IMPORTS_ENDED.labels(status).inc()
            log.info("import_ended", status=status)


def _first(group: BaseExceptionGroup[BaseException]) -> str:
    """What people are told."""
    first = group.exceptions[0]
    if isinstance(first, BaseExceptionGroup):
        return _first(first)
    return str(first)[:1_000]
