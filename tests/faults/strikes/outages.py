"""A server that is away, breaks off, or lets nobody at a table: it is waited for, no row fails (faults 4 and 5)."""

import asyncio
import signal
import time

import asyncpg

from standalone.state import State
from tests.faults.memory import flat_memory
from tests.faults.round import Blow, Scene

TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> $1"
#: Of every service, those on the hot path.
TABLES = (
    *(("ingest", "imports"), ("ingest", "import_files"), ("ingest", "outbox"), ("contacts", "ledger")),
    *(("contacts", "contacts"), ("conversations", "messages"), ("conversations", "ledger"), ("calls", "calls")),
)


async def broker_away(scene: Scene) -> list[Blow]:
    """Killed, and back after a while."""
    return [await _away(scene, "kafka", signal.SIGKILL)]


async def one_broker_away(scene: Scene) -> list[Blow]:
    """Of three, and back after a while: who led its partitions is another at once."""
    broker = scene.rnd.choice(scene.stack.cluster.names)
    killed = time.time()
    async with scene.stack.away(broker, signal.SIGKILL):
        blow = await scene.went_on(f"{broker}, one of three, killed", killed, scene.shown)
        await asyncio.sleep(scene.seconds)
    return [blow, await scene.over(f"{broker} back after {scene.seconds:.0f} s")]


async def database_away(scene: Scene) -> list[Blow]:
    """As after `pg_ctl stop -m immediate`: nothing is written any more, and the log is replayed at the start."""
    return [await _away(scene, "postgres", signal.SIGQUIT)]


async def _away(scene: Scene, server: str, with_signal: signal.Signals) -> Blow:
    """Nobody needs to start anything again; who ended by itself meanwhile, and was started, is named."""
    before = scene.stack.restarts()
    async with flat_memory(scene.stack):
        async with scene.stack.away(server, with_signal):
            await asyncio.sleep(scene.seconds)
        blow = await scene.over(f"{server} away for {scene.seconds:.0f} s")
    after = scene.stack.restarts()
    ended = [name for name in before if name != server and after.get(name, 0) > before[name]]
    return blow._replace(what=f"{blow.what}, ended by themselves: {', '.join(ended)}") if ended else blow


async def connections_terminated(scene: Scene) -> list[Blow]:
    """Every one, every 2 seconds."""
    ends = time.monotonic() + scene.seconds
    admin = await _admin(scene, "postgres")
    try:
        while time.monotonic() < ends:
            await admin.fetch(TERMINATE, admin.get_server_pid())
            await asyncio.sleep(2)
    finally:
        await admin.close()
    return [await scene.over(f"connections terminated for {scene.seconds:.0f} s")]


async def table_locked(scene: Scene) -> list[Blow]:
    """As by a migration that takes its time."""
    service, table = scene.rnd.choice(TABLES)
    admin = await _admin(scene, service)
    try:
        async with admin.transaction():
            await admin.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            await asyncio.sleep(scene.seconds)
    finally:
        await admin.close()
    return [await scene.over(f"{service}.{table} locked for {scene.seconds:.0f} s")]


async def _admin(scene: Scene, database: str) -> asyncpg.Connection:
    return await asyncpg.connect(State.open(scene.stack.state).dsn("postgres", database))
