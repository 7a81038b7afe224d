"""A file imported dry and then for real, with processes dying all the while, and what was seen of it."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.faults.expected import Expected
from tests.faults.growth import Sampler, databases, sampled
from tests.faults.kills import Kill
from tests.faults.tenant import LISTS, Tenant
from tests.faults.waiting import until
from tests.faults.watcher import Watcher, watching
from tests.stack import Stack

#: Seconds after a kill, on a machine that is not overloaded.
WITHIN = 5.0
TABLES = {"contacts": "contacts", "conversations": "conversations", "messages": "conversations", "calls": "calls"}


@dataclass
class Run:
    """One import under kills; `went_on` is seconds from each kill to the next growth of what the victim does."""

    it: dict[str, Any]
    messages: list[dict[str, Any]]
    went_on: dict[Kill, float | None]


@dataclass
class Scene:
    """What those who kill may look at."""

    stack: Stack
    import_id: str
    samples: Sampler
    watcher: Watcher

    def went_on(self, kill: Kill, it: dict[str, Any]) -> float | None:
        """Before its last act, nothing of an import can grow any more, but it can end."""
        if kill.where == "before-finish":
            return datetime.fromisoformat(it["ended_at"]).timestamp() - kill.at
        service = kill.process.removesuffix("-worker")
        figure = self.samples.of.get(service) or self.watcher.processed(self.import_id)
        return figure.went_on_after(kill.at)


Disturb = Callable[[Scene], Awaitable[list[Kill]]]


@dataclass
class Course:
    """Everything is recorded here, for tests to judge."""

    expected: Expected
    dry: Run
    readable_after_dry: list[dict[str, Any]]
    real: Run
    records: dict[str, int] = field(default_factory=dict)
    again: dict[str, Any] = field(default_factory=dict)

    @property
    def went_on(self) -> dict[Kill, float | None]:
        return self.dry.went_on | self.real.went_on


async def run_course(stack: Stack, tenant: Tenant, expected: Expected, disturb: Disturb) -> Course:
    async with watching(tenant) as watcher:
        dry = await run(stack, tenant, watcher, expected.archive, disturb, dry_run=True)
        readable = [item for path in LISTS for item in await tenant.all(path)]
        real = await run(stack, tenant, watcher, expected.archive, disturb, dry_run=False)
    records = await count_records(stack, tenant.name)
    again = await tenant.imported(expected.archive)
    assert await count_records(stack, tenant.name) == records
    return Course(expected, dry, readable, real, records, again)


async def run(
    stack: Stack, tenant: Tenant, watcher: Watcher, archive: bytes, disturb: Disturb, *, dry_run: bool
) -> Run:
    import_id = await tenant.upload(archive, dry_run=dry_run)
    async with sampled(stack, import_id) as samples:
        scene = Scene(stack, import_id, samples, watcher)
        kills = await disturb(scene)
        it = await tenant.ended(import_id)
        await until(lambda: watcher.ended(import_id), within=15)
    return Run(it, watcher.of(import_id), {kill: scene.went_on(kill, it) for kill in kills})


async def count_records(stack: Stack, tenant: str) -> dict[str, int]:
    """As they stand in the tables."""
    async with databases(stack) as connections:
        return {
            table: await connections[service].fetchval(f"SELECT count(*) FROM {table} WHERE tenant_id = $1", tenant)
            for table, service in TABLES.items()
        }


def check_everything_went_on(course: Course) -> None:
    """However many die at once, nothing stays away."""
    _report(course.went_on)
    assert None not in course.went_on.values()


def check_back_in_time(went_on: dict[Any, float | None]) -> None:
    """Where one dies at a time. Where more wants to run than there are cores, everything takes so much longer."""
    allowed = WITHIN * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    print(f"\nallowed at this load: {allowed:.1f} s")
    _report(went_on)
    assert all(seconds is not None and seconds <= allowed for seconds in went_on.values()), went_on


def _report(went_on: dict[Any, float | None]) -> None:
    for kill, seconds in went_on.items():
        print(f"{kill}: went on after {'never' if seconds is None else f'{seconds:.2f} s'}")
