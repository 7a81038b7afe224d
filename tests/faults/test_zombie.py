"""A worker that is stopped in the middle of a transaction, replaced, and woken up again adds nothing."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from ringback.kafka.clients import SESSION_TIMEOUT_MS
from standalone import ports, processes
from standalone.state import State
from tests.faults.conftest import Tenants
from tests.faults.course import count_records
from tests.faults.expected import Expected
from tests.faults.growth import databases
from tests.faults.tenant import Tenant
from tests.faults.waiting import until
from tests.stack import Stack

WORKER = "contacts-worker"
#: What the worker's connection is at, once it holds the tenant's lock.
HOLDS = """
    SELECT a.state FROM pg_stat_activity a JOIN pg_locks l USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND a.usename = 'contacts_writer' AND a.application_name = $1
"""
THROUGH = """
    SELECT count(*) FROM pg_stat_activity WHERE usename = 'contacts_writer' AND application_name = $1
    AND backend_start > $2 AND state = 'idle' AND query ILIKE 'commit%'
"""
LINES = "SELECT * FROM ledger WHERE tenant_id = $1 ORDER BY import_id, entity"


async def stop_in_a_transaction(stack: Stack, database: asyncpg.Connection) -> int:
    """The process; one that got through after all is let go, and caught another time."""
    worker = stack.pid(WORKER)
    while True:
        await until(lambda: database.fetchrow(HOLDS, WORKER), every=0.002)
        os.kill(worker, signal.SIGSTOP)
        held = await until(lambda: _at_rest(database), every=0.002)
        if held["state"] == "idle in transaction":
            return worker
        os.kill(worker, signal.SIGCONT)


async def _at_rest(database: asyncpg.Connection) -> Any:
    """Where the backend's last statement has ended."""
    held = await database.fetchrow(HOLDS, WORKER)
    if held is None:
        return {"state": "through"}
    return held if held["state"] != "active" else None


@contextmanager
def second(stack: Stack) -> Iterator[subprocess.Popen[bytes]]:
    """Another worker under the same name, as a supervisor elsewhere would start it."""
    state = State.open(stack.state)
    process = next(each for each in processes.table(state).services if each.name == WORKER)
    environment = dict(process.env) | {"RINGBACK_HEALTH_PORT": str(ports.free(set()))}
    with (stack.state / "logs" / "second.log").open("wb") as log:
        started = subprocess.Popen(process.command, env=environment, stdout=log, stderr=log)
    try:
        yield started
    finally:
        started.terminate()
        started.wait(20)


async def test_a_worker_stopped_past_its_session_adds_nothing_when_it_wakes(
    stack: Stack, tenants: Tenants, big: Expected
) -> None:
    async with tenants("zombie") as tenant, databases(stack) as connections:
        contacts = connections["contacts"]
        import_id = await tenant.upload(big.archive)
        zombie = await stop_in_a_transaction(stack, contacts)
        stopped = time.monotonic()
        with second(stack):
            it = await tenant.ended(import_id, within=120)
            assert it["summary"] == big.first
            await until(lambda: time.monotonic() - stopped > 1.2 * SESSION_TIMEOUT_MS / 1_000)
            before = await what_stands(stack, tenant, contacts)
            await wake(zombie, contacts)
            assert await what_stands(stack, tenant, contacts) == before
            assert (await tenant.imported(big.archive))["summary"] == big.again
        assert (await tenant.imported(big.archive))["summary"] == big.again
        assert stack.pid(WORKER) == zombie
        assert await count_records(stack, tenant.name) == big.records


async def wake(zombie: int, database: asyncpg.Connection) -> None:
    """Until it has come to the end of the transaction that it was stopped in, on a new connection."""
    woken = await database.fetchval("SELECT clock_timestamp()")
    os.kill(zombie, signal.SIGCONT)
    await until(lambda: database.fetchval(THROUGH, WORKER, woken))


async def what_stands(stack: Stack, tenant: Tenant, database: asyncpg.Connection) -> tuple[list[Any], dict[str, int]]:
    return await database.fetch(LINES, tenant.name), await count_records(stack, tenant.name)
