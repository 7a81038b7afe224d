"""An API never waits long for its database: who asks is told within 5 seconds (faults 4 and 5)."""

import asyncio
import time
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from ringback.postgres.tenancy import engine, tenant_session
from tests.faults.round import load
from tests.integration.own_database import own_database
from tests.stack import Infrastructure

WITHIN = 5.0


@pytest_asyncio.fixture
async def api(infrastructure: Infrastructure) -> AsyncIterator[tuple[AsyncEngine, asyncpg.Connection]]:
    """Beside someone who holds a lock."""
    async with own_database(infrastructure, "calls", "api_waits") as database:
        await database.migrate()
        holder = await asyncpg.connect(database.dsn("owner"))
        api = engine(database.dsn("api"))
        yield api, holder
        await api.dispose()
        await holder.close()


async def test_a_locked_table_and_a_full_pool_are_told_within_5_seconds(
    api: tuple[AsyncEngine, asyncpg.Connection],
) -> None:
    asked, holder = api
    async with holder.transaction():
        await holder.execute("LOCK TABLE calls IN ACCESS EXCLUSIVE MODE")
        answers = await asyncio.gather(*(_ask(asked) for _ in range(50)))
    refused = [error for error, _ in answers]
    assert {type(error) for error in refused} == {DBAPIError, PoolTimeoutError}
    locked = [error.orig.__cause__ for error in refused if isinstance(error, DBAPIError) and error.orig]
    assert all(isinstance(error, asyncpg.LockNotAvailableError) for error in locked)
    assert max(seconds for _, seconds in answers) < WITHIN * load()
    async with tenant_session(asked, "acme") as connection:
        assert (await connection.execute(text("SELECT count(*) FROM calls"))).scalar() == 0


async def _ask(asked: AsyncEngine) -> tuple[DBAPIError | PoolTimeoutError, float]:
    began = time.monotonic()
    with pytest.raises((DBAPIError, PoolTimeoutError)) as told:
        async with tenant_session(asked, "acme") as connection:
            await connection.execute(text("SELECT count(*) FROM calls"))
    return told.value, time.monotonic() - began
