"""A whole stack that is supervised from here: so a server can be kept away for a while, and members come and go."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx2

from standalone import infrastructure, kafka, ports, postgres
from standalone.children import Process, once
from standalone.processes import Table, ports_needed, table
from standalone.stack import SERVICES_DRAIN_WITHIN
from standalone.state import State
from standalone.supervisor import Supervisor
from tests.faults.cluster import Cluster
from tests.faults.waiting import until
from tests.stack import Running

#: What was killed stays away: `Supervisor.stop` would first ask it to end.
AT_ONCE = 0.0


#: For the largest that is tried.
UPLOADS = {"RINGBACK_UPLOAD_LIMIT": "1000000000"}


class OwnStack(Running):
    """The same processes and supervisor as `ringback up` has. Signals to members are answered by a restart."""

    def __init__(self, folder: Path, environment: dict[str, str], brokers: int = 1) -> None:
        self._kept = State.create(folder)
        self.state = self._kept.path
        self.cluster = Cluster(self._kept, brokers)
        self._kept.choose_ports([*ports_needed(), *self.cluster.ports[2:]], {"http": ports.free(set())})
        self._supervisor = Supervisor(self.state)
        self._table = self._with(environment | self.cluster.environment | UPLOADS)
        self._health: dict[str, int] = {}

    async def start(self) -> None:
        """Returns once all of it is ready."""
        await infrastructure.together(self._databases(), self._topics())
        for process in self._table.services:
            self._supervisor.start(process)
        await self.ready()

    async def stop(self) -> None:
        """What writes first, then what it writes to. Raises where a process could not be kept."""
        await self._supervisor.stop([process.name for process in self._table.services], SERVICES_DRAIN_WITHIN)
        await self._supervisor.stop(self.cluster.names, within=6)
        await self._supervisor.stop(["postgres"], within=5)
        if self._supervisor.crashed.done():
            self._supervisor.crashed.result()

    async def ready(self, within: float = 60) -> None:
        """As `/readyz` says of every process."""
        await _until_200(f"{self.url}/readyz", within)

    async def member_ready(self, name: str, within: float = 30) -> None:
        """As its own `/readyz` says."""
        port = self._health.get(name) or self._kept.port(name)
        await _until_200(f"http://127.0.0.1:{port}/readyz", within)

    @asynccontextmanager
    async def away(self, server: str, with_signal: signal.Signals) -> AsyncIterator[None]:
        """A broker or `postgres` gets the signal, and comes back when the block ends."""
        process = await self._server(server)
        os.kill(self.pid(server), with_signal)
        await self._supervisor.stop([server], AT_ONCE if with_signal is signal.SIGKILL else 5)
        try:
            yield
        finally:
            self._supervisor.start(process)
            await self._answers(server)

    async def join(self, worker: str, name: str, instance: str | None = None) -> None:
        """One more member beside `worker`, called `name` here and, unless told otherwise, in its group."""
        like = next(each for each in self._table.services if each.name == worker)
        self._health[name] = ports.free(set())
        own = {"RINGBACK_INSTANCE": instance or name, "RINGBACK_HEALTH_PORT": str(self._health[name])}
        self._supervisor.start(replace(like, name=name, env={**like.env, **own}))
        await self.member_ready(name)

    async def leave(self, *members: str, within: float = 10) -> None:
        """Asked to end, and killed where it takes longer."""
        await self._supervisor.stop(members, within)

    def restarts(self) -> dict[str, int]:
        return {line["name"]: line["restarts"] for line in self.ps()}

    def _with(self, environment: dict[str, str]) -> Table:
        plain = table(self._kept)
        services, topics = (
            tuple(replace(each, env={**each.env, **environment}) for each in some)
            for some in (plain.services, (plain.topics,))
        )
        return replace(plain, services=services, topics=topics[0])

    async def _databases(self) -> None:
        await infrastructure.start_postgres(self._supervisor, self._kept)
        await infrastructure.together(*(once(process, self._kept.logs) for process in self._table.migrations))

    async def _topics(self) -> None:
        for name in self.cluster.names:
            self._supervisor.start(await self.cluster.process(name))
        for name in self.cluster.names:
            await self._answers(name)
        await once(self._table.topics, self._kept.logs)

    async def _server(self, name: str) -> Process:
        return await (postgres.server(self._kept) if name == "postgres" else self.cluster.process(name))

    async def _answers(self, server: str) -> None:
        if server == "postgres":
            await postgres.ready(self._kept.dsn("postgres", "postgres"))
        else:
            await kafka.ready(f"127.0.0.1:{self._kept.port(server)}")


@asynccontextmanager
async def own_stack(folder: Path, environment: dict[str, str], brokers: int = 1) -> AsyncIterator[OwnStack]:
    """Nothing of it runs behind the block; `forget` takes away what is in `folder`."""
    stack = OwnStack(folder, environment, brokers)
    try:
        await asyncio.wait_for(stack.start(), 120)
        yield stack
    finally:
        await stack.stop()


async def _until_200(url: str, within: float) -> None:
    async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:

        async def answers_200() -> bool:
            try:
                return (await client.get(url)).status_code == 200
            except httpx2.TransportError:
                return False

        await until(answers_200, within, every=0.1)
