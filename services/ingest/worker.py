"""Which imports this process works on: one of each tenant at most, held by a lock that dies with its connection."""

import asyncio
from uuid import UUID

import asyncpg
import structlog

from ringback.postgres.connection import opened
from ringback.runtime import tracing
from ringback.runtime.backoff import backoff
from ringback.runtime.outages import database_away
from services.ingest import statements
from services.ingest.jobs import Job
from services.ingest.outbox import Relay
from services.ingest.sending import Workshop
from services.ingest.store import AWAY

log = structlog.get_logger()

#: Seconds between two looks for imports whose worker has died; a new one is notified.
LOOK_EVERY = 1.0

#: A worker that was stopped, or whose machine has lost its network, says nothing on the connection that holds its
#: tenants: so the server ends that, and another worker goes on. One that runs speaks at each look.
SILENCE = "10s"

LOCK = "SELECT pg_try_advisory_lock(hashtextextended('ingest import of ' || $1, 0))"
UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('ingest import of ' || $1, 0))"


class Worker:
    """`run` ends with its task; what it worked on can be taken up at once by any other."""

    def __init__(self, dsn: str, most: int, workshop: Workshop, relay: Relay) -> None:
        """`relay` is woken by the same notifications."""
        self._dsn, self._most, self._workshop, self._relay = dsn, most, workshop, relay
        self._wake = asyncio.Event()
        self._running: dict[str, tuple[Job, asyncio.Task[None]]] = {}
        self._left: list[Job] = []

    async def run(self) -> None:
        """A lost connection has lost its locks: all jobs are let go, and taken again where they are free."""
        waits = backoff()
        while True:
            try:
                await self._hold()
            except AWAY as error:
                seconds = next(waits)
                database_away(error, retry_in=seconds)
                await asyncio.sleep(seconds)

    async def keep(self) -> None:
        """After the end: writes down what was acknowledged of the imports it worked on then."""
        await asyncio.gather(*(job.keep() for job in self._left))
        await self._close_left()

    async def _hold(self) -> None:
        connection = await opened(
            self._dsn,
            timeout=5,
            command_timeout=10,
            server_settings={"application_name": "ingest-locks", "idle_session_timeout": SILENCE},
        )
        try:
            await self._close_left()
            await connection.add_listener(statements.CHANNEL, self._notified)
            while True:
                self._wake.clear()
                await self._unlock_ended(connection)
                await self._heed(connection)
                await self._take(connection)
                await self._rest()
        finally:
            # Let go first: who takes an import over must not meet its old sender, if only to spare the repeats.
            await self._let_go()
            connection.terminate()

    def _notified(self, *_: object) -> None:
        self._wake.set()
        self._relay.wake()

    async def _heed(self, connection: asyncpg.Connection) -> None:
        """Jobs are told what somebody wants of them."""
        jobs = {tenant: job for tenant, (job, _) in self._running.items()}
        if jobs:
            for tenant, wish in (await statements.wishes(connection, [job.key for job in jobs.values()])).items():
                jobs[tenant].ask(wish)

    async def _take(self, connection: asyncpg.Connection) -> None:
        for tenant, _ in await statements.candidates(connection):
            if tenant in self._running or len(self._running) >= self._most:
                continue
            if not await connection.fetchval(LOCK, tenant):
                continue
            # Looked for again under the lock: whoever held it may have ended that import since.
            found = await statements.candidates(connection, tenant)
            if found:
                await self._start(connection, *found[0])
            else:
                await connection.execute(UNLOCK, tenant)

    async def _start(self, connection: asyncpg.Connection, tenant: str, import_id: UUID) -> None:
        it, files = await statements.load(connection, tenant, import_id)
        job = Job(it, files, self._workshop)
        task = asyncio.create_task(_run(job, it), name=f"import {import_id}")
        task.add_done_callback(lambda _: self._wake.set())
        self._running[tenant] = job, task

    async def _unlock_ended(self, connection: asyncpg.Connection) -> None:
        for tenant, (_, task) in list(self._running.items()):
            if task.done():
                del self._running[tenant]
                # What surprised the job ends the process.
                task.result()
                await connection.execute(UNLOCK, tenant)

    async def _let_go(self) -> None:
        tasks = [task for _, task in self._running.values()]
        self._left = [job for job, _ in self._running.values()]
        self._running.clear()
        for task in tasks:
            task.cancel()
        for done in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(done, Exception):
                raise done

    async def _close_left(self) -> None:
        """They were not closed at once, for there might have been last words."""
        for job in self._left:
            await job.close()
        self._left.clear()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(LOOK_EVERY):
                await self._wake.wait()
        except TimeoutError:
            pass


async def _run(job: Job, it: statements.Import) -> None:
    """All that is logged and sent on the way says whose it is; its trace is that of the request that brought it."""
    with (
        structlog.contextvars.bound_contextvars(tenant=it.tenant_id, import_id=str(it.id)),
        tracing.span("import", "consumer", it.traceparent, **{"ringback.tenant": it.tenant_id}),
    ):
        log.info("import_taken", status=it.status)
        await job.run()
