"""A figure that only grows, and when it did: how long after a kill the work goes on."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from standalone.infrastructure import bootstrap
from standalone.state import State
from tests.faults.waiting import until
from tests.stack import Stack

#: What the victim had committed or sent before it died is seen by then; none is back so soon.
AFTERGLOW = 0.15

DOMAINS = ("contacts", "conversations", "calls")
ROWS = ("contacts", "conversations", "messages", "calls")
SEEN = "SELECT coalesce(sum(seen), 0)::bigint FROM ledger WHERE import_id = $1"


class Growth:
    """Only points at which it changed, with Unix times as files and processes have them."""

    def __init__(self) -> None:
        self.points: list[tuple[float, int]] = [(0.0, 0)]

    @property
    def now(self) -> int:
        return self.points[-1][1]

    def say(self, at: float, figure: int) -> None:
        if figure > self.now:
            self.points.append((at, figure))

    def went_on_after(self, kill: float) -> float | None:
        """Seconds from the kill to the next growth; None where there was none."""
        return next((at - kill for at, _ in self.points if at > kill + AFTERGLOW), None)


class Sampler:
    """An import's figures by whose they are: rows a domain's ledger has seen, records that ingest has sent."""

    def __init__(self, databases: dict[str, asyncpg.Connection], consumer: AIOKafkaConsumer, prefix: str) -> None:
        self._databases = databases
        self._consumer = consumer
        self._partitions = [TopicPartition(f"{prefix}{topic}.v1", n) for topic in ROWS for n in range(12)]
        self.of = {name: Growth() for name in (*DOMAINS, "ingest")}

    async def run(self, import_id: str) -> None:
        before = sum((await self._consumer.end_offsets(self._partitions)).values())
        while True:
            asked = time.time()
            ends = await self._consumer.end_offsets(self._partitions)
            self.of["ingest"].say(asked, sum(ends.values()) - before)
            for name, database in self._databases.items():
                self.of[name].say(time.time(), await database.fetchval(SEEN, import_id))
            await asyncio.sleep(0.02)


@asynccontextmanager
async def databases(stack: Stack) -> AsyncIterator[dict[str, asyncpg.Connection]]:
    """The domains', by name, as one who sees all."""
    state = State.open(stack.state)
    async with AsyncExitStack() as open_ones:
        connections = {}
        for name in DOMAINS:
            connections[name] = await asyncpg.connect(state.dsn("postgres", name))
            open_ones.push_async_callback(connections[name].close)
        yield connections


@asynccontextmanager
async def sampled(stack: Stack, import_id: str) -> AsyncIterator[Sampler]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap(State.open(stack.state)), enable_auto_commit=False)
    async with databases(stack) as connections:
        await consumer.start()
        sampler = Sampler(connections, consumer, "ringback.")
        task = asyncio.create_task(sampler.run(import_id))
        try:
            yield sampler
        finally:
            task.cancel()
            await asyncio.wait([task])
            await consumer.stop()
    if not task.cancelled():
        task.result()


async def grown(figure: Growth, over: int = 0, within: float = 30) -> None:
    await until(lambda: figure.now > over, within)
