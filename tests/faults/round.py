"""One fault, once: two tenants' imports and live events at work, the fault in their midst, and what came of it."""

import asyncio
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from tests.faults.expected import Archives, Expected
from tests.faults.growth import Growth
from tests.faults.kills import Failpoints
from tests.faults.live import Live, live_events
from tests.faults.own_stack import OwnStack
from tests.faults.probe import Probe, probing
from tests.faults.tenant import Tenant, tenant
from tests.faults.waiting import until
from tests.faults.watcher import Watcher, watching

#: Seconds in which an import ends once nothing is wrong any more, on a machine of which it has a core.
ENDS_WITHIN = 120
PHASES = ("dry", "real")
#: And in which it goes on at all.
WORKS_WITHIN = 60


class Blow(NamedTuple):
    """One thing that was done, and the seconds from its end until the work went on; `within` is what is promised."""

    what: str
    seconds: float
    within: float | None = None


@dataclass
class Ground:
    """What rounds are played on: the stack, and archives by their size (`beside` is the other tenant's).

    `stalled` sockets read nothing, and are to be cut off some time.
    """

    stack: OwnStack
    failpoints: Failpoints
    archives: Archives
    stalled: list[socket.socket] = field(default_factory=list)


@dataclass
class Scene:
    """What a fault may see and touch. `seconds` is how long it keeps something away."""

    ground: Ground
    rnd: Random
    seconds: float
    tenant: Tenant
    watcher: Watcher
    archive: bytes
    import_id: str = ""

    @property
    def stack(self) -> OwnStack:
        return self.ground.stack

    @property
    def shown(self) -> Growth:
        """The rows that are shown as done."""
        return self.watcher.processed(self.import_id)

    async def over(self, what: str, within: float | None = None) -> Blow:
        """Just now: waits until more is shown as done, or all."""
        return await self.went_on(what, time.time(), self.shown, within)

    async def went_on(self, what: str, at: float, figure: Growth, within: float | None = None) -> Blow:
        """Waits until the figure grows after `at` (Unix time), or nothing of the import is left to do."""
        await until(lambda: figure.went_on_after(at) or self.watcher.ended(self.import_id), WORKS_WITHIN * load())
        seconds = figure.went_on_after(at)
        return Blow(what, max(0.0, time.time() - at) if seconds is None else seconds, within)


Strike = Callable[[Scene], Awaitable[list[Blow]]]


@dataclass
class Played:
    """One tenant's three imports of one file: dry, for real, the same again."""

    tenant: Tenant
    told: Expected
    watcher: Watcher
    imports: list[dict[str, Any]] = field(default_factory=list)
    readable_after_dry: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Round:
    """Everything is recorded here, for `invariants` to judge."""

    stack: OwnStack
    played: list[Played]
    live: Live
    probe: Probe
    blows: list[Blow]


@asynccontextmanager
async def playing(ground: Ground, strike: Strike, rnd: Random, seconds: float, size: str) -> AsyncIterator[Round]:
    """The round, played; its tenants, who are nobody else's, can still look at what is theirs."""
    name = f"{strike.__name__.replace('_', '-')}-{secrets.token_hex(3)}"
    async with AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(_tenant(ground, f"{name}-{which}", await ground.archives[archive]))
            for which, archive in (("one", size), ("other", "beside"))
        ]
        async with (
            live_events(ground.stack.cluster.bootstrap, one.tenant.name) as live,
            probing(other.tenant) as probe,
            _at_work(_twice(other)) as beside,
        ):
            scene = Scene(ground, rnd, seconds, one.tenant, one.watcher, one.told.archive)
            blows = await _struck(scene, one, strike)
            await beside
        for each in (one, other):
            await _end(each, await _upload(each, "again"))
        yield Round(ground.stack, [one, other], live, probe, blows)


@asynccontextmanager
async def _at_work(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Beside the block, and no longer than it."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _struck(scene: Scene, played: Played, strike: Strike) -> list[Blow]:
    """In mid-import of the dry run or of the real one."""
    blows = []
    strikes = scene.rnd.choice(PHASES)
    for phase in PHASES:
        scene.import_id = await _upload(played, phase)
        if phase == strikes:
            await _begun(scene, played.told)
            blows = await strike(scene)
        await _end(played, scene.import_id)
    return blows


@asynccontextmanager
async def _tenant(ground: Ground, name: str, told: Expected) -> AsyncIterator[Played]:
    async with tenant(ground.stack, name) as who, watching(who) as watcher:
        yield Played(who, told, watcher)


async def _begun(scene: Scene, told: Expected) -> None:
    """A random moment of the import, from before its first row to near its last."""
    moment = scene.rnd.random() * 0.6
    rows = sum(each["rows"] for each in told.first.values())
    await until(lambda: scene.shown.now >= rows * moment, within=60)


async def _twice(played: Played) -> None:
    for phase in PHASES:
        await _end(played, await _upload(played, phase))


async def _upload(played: Played, phase: str) -> str:
    external_id = f"{played.tenant.name}/{phase}"
    return await played.tenant.surely_upload(played.told.archive, external_id, dry_run=phase == "dry")


async def _end(played: Played, import_id: str) -> None:
    it = await played.tenant.ended(import_id, within=ENDS_WITHIN * load())
    played.imports.append(it)
    await until(lambda: played.watcher.ended(import_id), within=30 * load())
    if it["dry_run"]:
        played.readable_after_dry = await played.tenant.imported_records()


def load() -> float:
    """How many times more wants to run than there are cores."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
