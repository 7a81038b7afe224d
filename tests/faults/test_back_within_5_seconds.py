"""How soon the work goes on where one dies at a time in mid-import; ingest's own deaths are in test_killed_ingest."""

from functools import partial

import pytest

from tests.faults.conftest import Tenants
from tests.faults.course import Disturb, Scene, check_back_in_time, run
from tests.faults.expected import Expected
from tests.faults.growth import DOMAINS
from tests.faults.killing import SHOWING, kill_shower, kill_worker
from tests.faults.kills import Failpoints, Kill
from tests.faults.watcher import watching
from tests.stack import Stack


async def check(stack: Stack, tenants: Tenants, name: str, archive: bytes, disturb: Disturb) -> None:
    async with tenants(f"back-{name}") as tenant, watching(tenant) as watcher:
        done = await run(stack, tenant, watcher, archive, disturb, dry_run=True)
    check_back_in_time(done.went_on)


@pytest.mark.parametrize("service", DOMAINS)
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
