"""Changes of imports, told on imports.v1: written in the transaction of the change, relayed here at least once."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from ringback.events import FileState, ImportChanged, ImportState, RowError
from ringback.events.binding import HEADERS
from ringback.events.codec import encode
from ringback.runtime.backoff import backoff
from ringback.runtime.outages import broker_away
from services.ingest.store import Store

#: Seconds between two looks where nobody notified.
PAUSE = 1.0

TAKE = """
    SELECT tenant_id, import_id, revision FROM outbox
    ORDER BY tenant_id, import_id, revision FOR UPDATE SKIP LOCKED LIMIT 200
"""
#: Before the files: a figure may be newer than its revision, and then a higher revision follows.
STATE = """
    SELECT id, revision, status, dry_run, source, filename, created_at, started_at, ended_at, reason, undoes
    FROM imports WHERE tenant_id = $1 AND id = $2
"""
FILES = """
    SELECT entity, name, rows, seen, new, updated, skipped, failed, removed, restored, kept, closed
    FROM import_files WHERE tenant_id = $1 AND import_id = $2 ORDER BY entity
"""
ERRORS = """
    SELECT f.name AS file, e.row, e.line, e.code, e.message, e."column"
    FROM failed_rows e JOIN import_files f USING (tenant_id, import_id, entity)
    WHERE tenant_id = $1 AND import_id = $2 ORDER BY e.entity, e.row LIMIT 10
"""
DONE = """
    DELETE FROM outbox o USING unnest($1::text[], $2::uuid[], $3::bigint[]) AS d (tenant_id, import_id, revision)
    WHERE (o.tenant_id, o.import_id, o.revision) = (d.tenant_id, d.import_id, d.revision)
"""


class Relay:
    """Any number of them: each takes what no other has taken."""

    def __init__(self, store: Store, producer: AIOKafkaProducer, topic: str) -> None:
        self._store = store
        self._producer = producer
        self._topic = topic
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There may be something."""
        self._wake.set()

    async def run(self) -> None:
        """Ends with its task; a broker that is away is waited for."""
        waits = backoff()
        while True:
            self._wake.clear()
            try:
                while await self._store.run(self._relay):
                    pass
                waits = backoff()
                await self._rest()
            except (KafkaError, TimeoutError) as error:
                seconds = next(waits)
                broker_away(error, retry_in=seconds)
                await asyncio.sleep(seconds)

    async def drain(self) -> None:
        """One last look, for a process that ends."""
        await self._store.run(self._relay)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(PAUSE):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _relay(self, connection: asyncpg.Connection) -> int:
        """How many changes were told; each import's newest state alone."""
        taken = await connection.fetch(TAKE)
        for tenant, import_id in {(each["tenant_id"], each["import_id"]): None for each in taken}:
            event = await changed(connection, tenant, import_id)
            await self._producer.send_and_wait(self._topic, encode(event), key=tenant.encode(), headers=HEADERS)
        if taken:
            await connection.execute(DONE, *([each[column] for each in taken] for column in range(3)))
        return len(taken)


async def changed(connection: asyncpg.Connection, tenant: str, import_id: UUID) -> ImportChanged:
    """The event that tells the import as it is now."""
    row = dict(await connection.fetchrow(STATE, tenant, import_id))
    files = [FileState(**dict(each)) for each in await connection.fetch(FILES, tenant, import_id)]
    errors = [RowError(**dict(each)) for each in await connection.fetch(ERRORS, tenant, import_id)]
    state = ImportState(**_text_ids(row), files=files, errors=errors)
    return ImportChanged(
        specversion="1.0",
        id=f"{import_id}/{state.revision}",
        source=f"/imports/{import_id}",
        tenant=tenant,
        partitionkey=tenant,
        importid=str(import_id),
        dryrun=state.dry_run,
        data=state,
    )


def _text_ids(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "id": str(row["id"]), "undoes": row["undoes"] and str(row["undoes"])}
