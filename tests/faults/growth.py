"""A figure that only grows, and when it did: how long after a kill the work goes on."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg

from standalone.state import SERVICES, State
from tests.faults.waiting import until
from tests.stack import Running

#: What the victim had committed or sent before it died is seen by then; none is back so soon.
AFTERGLOW = 0.15

DOMAINS = ("contacts", "conversations", "calls")
SEEN = "SELECT coalesce(sum(seen), 0)::bigint FROM ledger WHERE import_id = $1"
#: Kept every half second by the worker that has the import.
KEPT = "SELECT coalesce(sum(seen + coalesce(rows, 0)), 0)::bigint FROM import_files WHERE import_id = $1"


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
    """An import's figures by whose they are: rows a domain's ledger has seen, rows that ingest knows to be there."""

    def __init__(self, databases: dict[str, asyncpg.Connection]) -> None:
        self._databases = databases
        self.of = {name: Growth() for name in databases}

    async def run(self, import_id: str) -> None:
        while True:
            for name, database in self._databases.items():
                self.of[name].say(time.time(), await database.fetchval(KEPT if name == "ingest" else SEEN, import_id))
            await asyncio.sleep(0.02)


@asynccontextmanager
async def databases(stack: Running) -> AsyncIterator[dict[str, asyncpg.Connection]]:
    """Each service's, by name, as one who sees all."""
    state = State.open(stack.state)
    async with AsyncExitStack() as open_ones:
        connections = {}
        for name in SERVICES:
            connections[name] = await asyncpg.connect(state.dsn("postgres", name))
            open_ones.push_async_callback(connections[name].close)
        yield connections


@asynccontextmanager
async def sampled(stack: Running, import_id: str) -> AsyncIterator[Sampler]:
    async with databases(stack) as connections:
        sampler = Sampler(connections)
        task = asyncio.create_task(sampler.run(import_id))
        try:
            yield sampler
        finally:
            task.cancel()
            await asyncio.wait([task])
    if not task.cancelled():
        task.result()


async def grown(figure: Growth, over: int = 0, within: float = 30) -> None:
    await until(lambda: figure.now > over, within)
