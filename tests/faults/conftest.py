"""One stack for all of these tests: each is a tenant of its own there, and leaves every process running."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractAsyncContextManager
from functools import partial

import pytest
import pytest_asyncio

from tests.faults.expected import Expected, expected
from tests.faults.kills import Failpoints
from tests.faults.tenant import Tenant, tenant
from tests.stack import Stack, forget

Tenants = Callable[[str], AbstractAsyncContextManager[Tenant]]


@pytest.fixture(scope="session")
def failpoints(tmp_path_factory: pytest.TempPathFactory) -> Failpoints:
    return Failpoints(tmp_path_factory.mktemp("faults") / "marks")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(
    tmp_path_factory: pytest.TempPathFactory, failpoints: Failpoints, reading: asyncio.Future[Expected]
) -> AsyncIterator[Stack]:
    """It starts while the reference reads."""
    state = tmp_path_factory.mktemp("faulty") / "state"
    stack = Stack(state, failpoints.environment)
    try:
        await asyncio.to_thread(stack.wait_until_ready)
        yield stack
    finally:
        await asyncio.to_thread(stack.stop)
        forget(state)


@pytest.fixture(scope="session")
def tenants(stack: Stack) -> Tenants:
    return partial(tenant, stack)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def reading() -> AsyncIterator[asyncio.Future[Expected]]:
    with ProcessPoolExecutor(1) as pool:
        yield asyncio.get_running_loop().run_in_executor(pool, expected, 7, 12_000, 1_500, 12_000, 12_000)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def big(reading: asyncio.Future[Expected]) -> Expected:
    """More than the window holds at first, so that each entity is still under way when the first kill comes."""
    return await reading
