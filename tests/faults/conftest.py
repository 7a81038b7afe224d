"""One stack for the slice of all faults: each is a tenant of its own there, and leaves every process running."""

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractAsyncContextManager
from functools import partial

import pytest
import pytest_asyncio

from tests.faults.expected import Archives
from tests.faults.kills import Failpoints
from tests.faults.own_stack import OwnStack, own_stack
from tests.faults.round import Ground
from tests.faults.strikes.filling import small_disk
from tests.faults.tenant import Tenant, tenant
from tests.stack import forget

Tenants = Callable[[str], AbstractAsyncContextManager[Tenant]]

SPOOL_MEGABYTES = 256


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def archives() -> AsyncIterator[Archives]:
    """Those of the slice are read from the start on, while the first stack comes up and other tests have it."""
    with ProcessPoolExecutor(1) as pool:
        archives = Archives(pool, seed=7)
        archives.begin("beside", "slice", "kills")
        yield archives


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ground(tmp_path_factory: pytest.TempPathFactory, archives: Archives) -> AsyncIterator[Ground]:
    folder = tmp_path_factory.mktemp("faulty")
    failpoints = Failpoints(folder / "marks")
    with small_disk(folder / "state" / "spool", SPOOL_MEGABYTES):
        async with own_stack(folder / "state", failpoints.environment) as stack:
            yield Ground(stack, failpoints, archives)
    forget(folder / "state")


@pytest.fixture(scope="session")
def stack(ground: Ground) -> OwnStack:
    return ground.stack


@pytest.fixture(scope="session")
def tenants(stack: OwnStack) -> Tenants:
    return partial(tenant, stack)
