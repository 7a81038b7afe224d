"""An import's upload comes to this machine and is surveyed: what is missing for it is waited for, and named."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

import structlog

from ringback.runtime.backoff import backoff
from services.ingest import retried, transitions
from services.ingest.reading import Reading, Work
from services.ingest.spool import NoSpace, SpoolAway
from services.ingest.statements import File, FileWarning, Import
from services.ingest.store import Store

log = structlog.get_logger()

T = TypeVar("T")

#: What people are told meanwhile; what is wrong there is in the log.
WAITING = {
    SpoolAway: "waiting for the object store that holds the upload; it goes on by itself",
    NoSpace: "waiting for room on the worker's disk; it goes on by itself",
}


async def brought(
    reading: Reading, files: Sequence[File], it: Import, store: Store
) -> tuple[list[Work], list[FileWarning]]:
    """Its files, surveyed. Raises UploadLost and BadArchive; all else is infrastructure, by which no import fails."""
    retry = await store.run(partial(retried.load, it=it))
    await _waited_for(partial(reading.bring, retry), it, store)
    surveyed = await _waited_for(partial(reading.survey, files), it, store)
    await store.run(partial(transitions.explain, it=it, reason=None))
    return surveyed


async def _waited_for(step: Callable[[], Awaitable[T]], it: Import, store: Store) -> T:
    for seconds in backoff():
        try:
            return await step()
        except (SpoolAway, NoSpace) as error:
            log.warning("spool_away", error=str(error), retry_in=seconds)
            await store.run(partial(transitions.explain, it=it, reason=WAITING[type(error)]))
            await asyncio.sleep(seconds)
    raise AssertionError("backoff has no end")
