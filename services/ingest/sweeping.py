"""Uploads that became no import: http died while they came in, or nobody asked for an import of what was PUT."""

import asyncio
from datetime import timedelta

import asyncpg
import structlog

from services.ingest.spool import Spool, SpoolAway
from services.ingest.store import Store

log = structlog.get_logger()

EVERY = timedelta(hours=1)
#: An upload that still comes in is younger than this, and one that was PUT has so long to become an import.
AGE = timedelta(hours=1)

KEPT = "SELECT spool_key FROM imports WHERE spool_key = ANY($1)"
EXPIRED = "DELETE FROM uploads WHERE import_id IS NULL AND expires_at < now() - $1::interval"


class Sweeper:
    """Any number of them, in any number of workers."""

    def __init__(self, store: Store, spool: Spool) -> None:
        self._store, self._spool = store, spool

    async def run(self) -> None:
        """At once, and then from hour to hour; ends with its task. Nothing else waits for it."""
        while True:
            try:
                await self.sweep()
            except (SpoolAway, OSError) as error:
                log.warning("spool_not_swept", error=str(error))
            await asyncio.sleep(EVERY.total_seconds())

    async def sweep(self, age: timedelta = AGE) -> None:
        """First what is there, then whose it is: an import that is accepted meanwhile has its upload already."""
        keys = await self._spool.keys(age)
        kept = await self._store.run(lambda connection: _kept(connection, keys))
        orphans = [key for key in keys if key not in kept]
        for key in orphans:
            await self._spool.remove(key)
        put = 0
        if self._spool.presigned is not None:
            put = await self._spool.presigned.clear(age)
            await self._store.run(lambda connection: connection.execute(EXPIRED, age))
        if orphans or put:
            log.info("spool_swept", uploads=len(orphans), presigned=put)


async def _kept(connection: asyncpg.Connection, keys: list[str]) -> set[str]:
    return {each["spool_key"] for each in await connection.fetch(KEPT, keys)}
