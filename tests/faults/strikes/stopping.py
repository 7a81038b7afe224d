"""A worker that is stopped in mid-import, missed, replaced, and woken up again adds nothing (fault 2)."""

import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import asyncpg

from ringback.kafka.clients import SESSION_TIMEOUT_MS
from tests.faults.growth import DOMAINS, databases, sampled
from tests.faults.kills import running
from tests.faults.round import Blow, Scene, load
from tests.faults.waiting import until

DOMAIN = "contacts"
WORKER = f"{DOMAIN}-worker"
INGEST = "ingest-worker"
#: What the worker's connection is at, once it holds the tenant's lock. One that waits for the client in the middle of a
#: COPY is active, and will be for as long as the client is stopped.
HOLDS = """
    SELECT CASE WHEN a.wait_event_type = 'Client' THEN 'idle in transaction' ELSE a.state END AS state
    FROM pg_stat_activity a JOIN pg_locks l USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND a.usename = 'contacts_writer' AND a.application_name = $1
"""
#: On a new connection where its own was ended; one that nobody waited for goes on where it was.
THROUGH = """
    SELECT count(*) FROM pg_stat_activity WHERE usename = 'contacts_writer' AND application_name = $1
    AND state_change > $2 AND state = 'idle' AND query ILIKE 'commit%'
"""
#: But for the shadow of a dry run, which is swept behind its close in its own time.
LINES = "SELECT to_jsonb(ledger) - 'swept' AS line FROM ledger WHERE import_id = $1 ORDER BY entity"


async def stop_a_domain_worker(scene: Scene) -> list[Blow]:
    """In the middle of a transaction; replaced under its own name, or by another member of the group."""
    async with databases(scene.stack) as connections, sampled(scene.stack, scene.import_id) as samples:
        zombie = await running(scene.stack, WORKER)
        instance = scene.rnd.choice((WORKER, f"{WORKER}-2"))
        async with _replaced(scene, WORKER, zombie) as replace:
            if not await _stopped_in_a_transaction(scene, connections[DOMAIN], zombie):
                return []
            stopped = time.time()
            await replace(instance)
            blow = await scene.went_on(f"{WORKER} stopped, replaced as {instance}", stopped, samples.of[DOMAIN])
            await _missed(scene, stopped)
            woken = await connections[DOMAIN].fetchval("SELECT clock_timestamp()")
            async with _adding_nothing(scene, connections):
                os.kill(zombie, signal.SIGCONT)
                await until(lambda: connections[DOMAIN].fetchval(THROUGH, WORKER, woken), within=30 * load())
        return [blow]


async def stop_the_ingest_worker(scene: Scene) -> list[Blow]:
    """It holds its tenants, until the database finds that it says nothing any more."""
    async with databases(scene.stack) as connections, sampled(scene.stack, scene.import_id) as samples:
        zombie = await running(scene.stack, INGEST)
        async with _replaced(scene, INGEST, zombie) as replace:
            os.kill(zombie, signal.SIGSTOP)
            stopped = time.time()
            await replace(f"{INGEST}-2")
            # What it had sent for before is seen within that second.
            blow = await scene.went_on(f"{INGEST} stopped", stopped + 1, samples.of["ingest"])
            await _missed(scene, stopped)
            async with _adding_nothing(scene, connections):
                os.kill(zombie, signal.SIGCONT)
                await scene.stack.ready()
        return [blow]


@asynccontextmanager
async def _replaced(scene: Scene, worker: str, zombie: int) -> AsyncIterator[Callable[[str], Awaitable[None]]]:
    """By another, of a name, as a supervisor elsewhere would start it, until the block ends. Nobody stays stopped."""
    second = f"second-{worker}"
    try:
        yield partial(scene.stack.join, worker, second)
    finally:
        os.kill(zombie, signal.SIGCONT)
        await scene.stack.leave(second)


async def _missed(scene: Scene, stopped: float) -> None:
    """The import has ended without it, and its session too."""
    await scene.tenant.ended(scene.import_id, within=120 * load())
    await until(lambda: time.time() - stopped > 1.2 * SESSION_TIMEOUT_MS / 1_000)


@asynccontextmanager
async def _adding_nothing(scene: Scene, connections: dict[str, asyncpg.Connection]) -> AsyncIterator[None]:
    before = await _what_stands(scene, connections)
    yield
    after = await _what_stands(scene, connections)
    differing = {what: (stood, after[what]) for what, stood in before.items() if after[what] != stood}
    assert not differing, f"the zombie has added something: {differing}"


async def _what_stands(scene: Scene, connections: dict[str, asyncpg.Connection]) -> dict[str, Any]:
    """The lines and records of the import that it was stopped in; live events go on beside."""
    lines = {domain: await connections[domain].fetch(LINES, scene.import_id) for domain in DOMAINS}
    records = await connections[DOMAIN].fetchval(
        "SELECT count(*) FROM contacts WHERE tenant_id = $1 AND import_id = $2", scene.tenant.name, scene.import_id
    )
    return {**lines, "records": records, **await scene.tenant.get(f"/v1/imports/{scene.import_id}")}


async def _stopped_in_a_transaction(scene: Scene, database: asyncpg.Connection, worker: int) -> bool:
    """Where it got through after all it is let go, and caught another time, while the import lasts."""
    while not scene.watcher.ended(scene.import_id):
        os.kill(worker, signal.SIGSTOP)
        if await until(lambda: _at_rest(database), every=0.002) == "idle in transaction":
            return True
        os.kill(worker, signal.SIGCONT)
        await until(lambda: _holds(database, scene), every=0.002)
    return False


async def _holds(database: asyncpg.Connection, scene: Scene) -> bool:
    return bool(await database.fetchrow(HOLDS, WORKER)) or scene.watcher.ended(scene.import_id)


async def _at_rest(database: asyncpg.Connection) -> str | None:
    """Where the backend's last statement has ended."""
    held = await database.fetchrow(HOLDS, WORKER)
    if held is None:
        return "through"
    return held["state"] if held["state"] != "active" else None
