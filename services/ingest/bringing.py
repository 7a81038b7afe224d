"""An import's upload comes to this machine: what is away on the way is waited for, and the import says what for."""

import asyncio
from functools import partial

import structlog

from ringback.runtime.backoff import backoff
from services.ingest import transitions
from services.ingest.reading import Reading
from services.ingest.spool import NoSpace, SpoolAway
from services.ingest.statements import Import
from services.ingest.store import Store

log = structlog.get_logger()

#: What people are told meanwhile; what is wrong there is in the log.
WAITING = {
    SpoolAway: "waiting for the object store that holds the upload; it goes on by itself",
    NoSpace: "waiting for room on the worker's disk; it goes on by itself",
}


async def brought(reading: Reading, it: Import, store: Store) -> None:
    """Raises UploadLost; all else is infrastructure, by which no import fails (faults.md, I4)."""
    for seconds in backoff():
        try:
            await reading.bring()
            break
        except (SpoolAway, NoSpace) as error:
            log.warning("spool_away", error=str(error), retry_in=seconds)
            await store.run(partial(transitions.explain, it=it, reason=WAITING[type(error)]))
            await asyncio.sleep(seconds)
    await store.run(partial(transitions.explain, it=it, reason=None))
