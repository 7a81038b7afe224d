"""A campaign: within its time, faults at random on a stack at work, and what each came to."""

import re
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

import asyncpg
import httpx2
from aiokafka.errors import KafkaError

from tests.faults.catalogue import FAULTS, Fault
from tests.faults.expected import Archives
from tests.faults.invariants import judge
from tests.faults.kills import Failpoints
from tests.faults.own_stack import own_stack
from tests.faults.round import Ground, Round, playing
from tests.faults.strikes.filling import small_disk
from tests.faults.tenant import Away
from tests.stack import forget

SPOOL_MEGABYTES = 3_072
#: By what a round breaks off: something was not as promised, or nobody answered who should have.
BROKEN = (AssertionError, OSError, Away, httpx2.HTTPError, asyncpg.PostgresError, KafkaError)
#: Seconds that a round takes beside its fault; what would not be done in time is not begun.
A_ROUND = 30


class Plan(NamedTuple):
    minutes: float
    seed: int
    size: str
    logs: Path
    only: str | None = None
    short: bool = False


@dataclass
class Tried:
    """A line of the table; `recoveries` in seconds."""

    times: int = 0
    rows: int = 0
    violations: int = 0
    recoveries: list[float] = field(default_factory=list)


class Campaign:
    """`violations` are said with all that is needed to have them again."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._rnd = Random(plan.seed)
        self.tried = {fault: Tried() for fault in FAULTS if re.search(plan.only or "", fault.name)}
        self.violations: list[str] = []
        self._stacks = 0

    async def run(self) -> None:
        ends = time.monotonic() + 60 * self._plan.minutes
        faults = self._drawn(ends)
        with ProcessPoolExecutor(2) as pool:
            await self._on_stacks(faults, Archives(pool, self._plan.seed))

    async def _on_stacks(self, faults: Iterator[Fault], archives: Archives) -> None:
        while (fault := next(faults, None)) is not None:
            async with self._ground(archives) as ground:
                # A stack that was found wanting is left behind with its logs, and a new one takes its place.
                while fault is not None and await self._stands(ground, fault):
                    fault = next(faults, None)

    def _drawn(self, ends: float) -> Iterator[Fault]:
        """Each once as long as the list says, then each at random for less, over and over."""
        long = 1.0
        while time.monotonic() < ends:
            for fault in self._rnd.sample(list(self.tried), len(self.tried)):
                seconds = fault.slice if self._plan.short else round(fault.seconds * long)
                if time.monotonic() + seconds + A_ROUND < ends:
                    yield fault._replace(seconds=seconds)
            long = self._rnd.uniform(0.1, 0.3)
            if time.monotonic() + A_ROUND > ends:
                return

    async def _stands(self, ground: Ground, fault: Fault) -> bool:
        """False where the ground was found wanting."""
        if fault.brokers == 1:
            return await self._hold(ground, fault)
        async with self._ground(ground.archives, fault.brokers) as own:
            await self._hold(own, fault)
        return True

    async def _hold(self, ground: Ground, fault: Fault) -> bool:
        """One round; False where it showed a violation."""
        seed = self._rnd.randrange(2**32)
        began = time.monotonic()
        played, violations = await _judged(ground, fault, seed, self._plan.size)
        tried = next(self.tried[each] for each in self.tried if each.name == fault.name)
        tried.times += 1
        tried.rows += sum(rows_of(played)) if played else 0
        tried.recoveries += [blow.seconds for blow in played.blows] if played else []
        tried.violations += len(violations)
        took = time.monotonic() - began
        say(f"{fault.name} ({fault.seconds:.0f} s, seed {seed}): {took:.0f} s, {len(violations)} violations")
        for blow in played.blows if played else []:
            say(f"    {blow.what}: went on after {blow.seconds:.2f} s")
        self.violations += [f"{fault.name}, --seed {self._plan.seed}, its own {seed}: {each}" for each in violations]
        for each in violations:
            say(f"  VIOLATION {each}")
        return not violations

    @asynccontextmanager
    async def _ground(self, archives: Archives, brokers: int = 1) -> AsyncIterator[Ground]:
        self._stacks += 1
        folder = self._plan.logs / f"stack-{self._stacks}"
        folder.mkdir(parents=True)
        found = len(self.violations)
        failpoints = Failpoints(folder / "marks")
        with ExitStack() as disks:
            disks.enter_context(small_disk(folder / "state" / "spool", SPOOL_MEGABYTES))
            async with own_stack(folder / "state", failpoints.environment, brokers) as stack:
                yield Ground(stack, failpoints, archives)
        if len(self.violations) > found:
            shutil.copytree(folder / "state" / "logs", folder / "logs")
        forget(folder / "state")


async def _judged(ground: Ground, fault: Fault, seed: int, size: str) -> tuple[Round | None, list[str]]:
    """What fails on the way is a violation as well."""
    try:
        async with playing(ground, fault.strike, Random(seed), fault.seconds, size) as played:
            return played, await judge(played)
    except BROKEN as broken:
        return None, [f"{type(broken).__name__}: {str(broken)[:2_000]}"]


def rows_of(played: Round) -> Iterator[int]:
    """Of all the imports."""
    for each in played.played:
        for it in each.imports:
            yield sum(figures["rows"] or 0 for figures in it["summary"].values())


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)
