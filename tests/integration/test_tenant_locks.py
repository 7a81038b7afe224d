"""A session that sits on a tenant's lock does not hold that tenant up for ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import asyncpg
import pytest
import pytest_asyncio

from ringback.events.contacts import Contact, ContactRecorded
from ringback.ledger.intake import Received
from ringback.ledger.receiver import apply
from ringback.postgres.database import Database
from ringback.postgres.locks import evict_holders, lock_tenants
from services.contacts.worker import DOMAIN
from tests.faults.waiting import until
from tests.integration.own_database import OwnDatabase, own_database
from tests.stack import Infrastructure


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def contacts(infrastructure: Infrastructure) -> AsyncIterator[OwnDatabase]:
    async with own_database(infrastructure, "contacts", "tenant_locks") as database:
        await database.migrate()
        yield database


@asynccontextmanager
async def sitting_on(contacts: OwnDatabase, role: str, tenant: str) -> AsyncIterator[asyncpg.Connection]:
    """A session with an open transaction that has the tenant's lock, and does nothing more."""
    holder = await asyncpg.connect(contacts.dsn(role))
    try:
        await holder.execute("BEGIN")
        await lock_tenants(holder, [tenant])
        yield holder
    finally:
        holder.terminate()


@asynccontextmanager
async def impatient(contacts: OwnDatabase) -> AsyncIterator[Database]:
    """A worker's connection that waits for a lock no longer than a test can."""
    database = Database(contacts.dsn("writer"), "tenant-locks", asyncio.sleep)
    await database.run(lambda connection: connection.execute("SET lock_timeout = '200ms'"))
    try:
        yield database
    finally:
        await database.close()


async def write(connection: asyncpg.Connection, tenant: str) -> None:
    """One contact, as the worker writes a batch."""
    event = ContactRecorded(
        specversion="1.0",
        id="1",
        source="/tests",
        tenant=tenant,
        partitionkey=tenant,
        data=Contact(source="tests", external_id="1"),
    )
    try:
        await apply(connection, DOMAIN, [Received("contacts", event)])
    except asyncpg.LockNotAvailableError:
        await evict_holders(connection, [tenant])
        raise


async def count(connection: asyncpg.Connection, tenant: str) -> int:
    return int(await connection.fetchval("SELECT count(*) FROM contacts WHERE tenant_id = $1", tenant))


@pytest.mark.parametrize("role", ["writer", "api"])
async def test_who_sits_on_the_lock_is_ended_and_the_batch_goes_through(contacts: OwnDatabase, role: str) -> None:
    tenant = f"held-by-{role}"
    async with sitting_on(contacts, role, tenant) as holder, impatient(contacts) as database:
        async with asyncio.timeout(2):
            await database.run(partial(write, tenant=tenant))
            await until(holder.is_closed)
        assert await database.run(partial(count, tenant=tenant)) == 1


async def test_who_has_another_tenants_lock_is_left_alone(contacts: OwnDatabase) -> None:
    tenant = "held-beside-another"
    async with (
        sitting_on(contacts, "api", tenant) as holder,
        sitting_on(contacts, "api", "another") as bystander,
        sitting_on(contacts, "writer", "a-third") as writer,
        impatient(contacts) as database,
    ):
        await database.run(partial(write, tenant=tenant))
        await until(holder.is_closed)
        assert await bystander.fetchval("SELECT 1") == await writer.fetchval("SELECT 1") == 1
