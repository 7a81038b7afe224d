"""How soon the work goes on after a `kill -9` of the one or the other, wherever it was in mid-import."""

import os
from functools import partial

import pytest

from tests.stack import Stack
from tests.system.faults.conftest import Tenants
from tests.system.faults.course import Disturb, Run, Scene, report, run
from tests.system.faults.expected import Expected
from tests.system.faults.killing import SHOWING, WORKERS, kill_shower, kill_worker
from tests.system.faults.kills import Failpoints, Kill
from tests.system.faults.watcher import watching

WITHIN = 5.0


async def check(stack: Stack, tenants: Tenants, name: str, archive: bytes, disturb: Disturb) -> None:
    """Where more wants to run than there are cores, everything takes so much longer, and this too."""
    async with tenants(f"back-{name}") as tenant, watching(tenant) as watcher:
        done: Run = await run(stack, tenant, watcher, archive, disturb, dry_run=True)
    allowed = WITHIN * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    for kill, seconds in done.went_on.items():
        report(f"alone, {kill.process} killed {kill.where} (allowed here: {allowed:.1f} s)", seconds)
    assert all(seconds is not None and seconds <= allowed for seconds in done.went_on.values())


@pytest.mark.parametrize("service", WORKERS)
async def test_a_killed_worker_is_back_within_5_seconds(
    stack: Stack, tenants: Tenants, big: Expected, failpoints: Failpoints, service: str
) -> None:
    await check(stack, tenants, service, big.archive, partial(kill_worker, failpoints=failpoints, service=service))


@pytest.mark.parametrize("name", SHOWING)
async def test_who_shows_progress_is_back_within_5_seconds(
    stack: Stack, tenants: Tenants, big: Expected, name: str
) -> None:
    async def disturb(scene: Scene) -> list[Kill]:
        return [await kill_shower(scene, name)]

    await check(stack, tenants, name, big.archive, disturb)
