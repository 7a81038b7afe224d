"""Two imports of the same people in opposite order: nobody waits for the other for ever, and the rows are the same."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from standalone.state import State
from tests.faults.conftest import Tenants
from tests.faults.tenant import Tenant
from tests.reference.build import OURS, Rows, csv_of, text_from, zipped
from tests.stack import Stack

PEOPLE = 1_500
DEADLOCKS = "SELECT sum(deadlocks)::bigint FROM pg_stat_database"


def people(*, backwards: bool) -> bytes:
    """Each a contact, a text and a call; the same in both orders."""
    phones = [f"+1415{2_000_000 + n:07d}" for n in range(PEOPLE)]
    phones = phones[::-1] if backwards else phones
    rows: dict[str, Rows] = {
        "contacts": [{"phone": phone, "email": f"{phone[1:]}@example.com"} for phone in phones],
        "messages": [text_from(phone, f"I am {phone}") for phone in phones],
        "calls": [
            {"from": phone, "to": OURS, "direction": "in", "started_at": "2024-03-09T17:00:00Z"} for phone in phones
        ],
    }
    return zipped({f"{entity}.csv": csv_of(each) for entity, each in rows.items()})


@pytest_asyncio.fixture
async def no_deadlock(stack: Stack) -> AsyncIterator[None]:
    """By the database's own count."""
    admin = await asyncpg.connect(State.open(stack.state).dsn("postgres", "postgres"))
    before = await admin.fetchval(DEADLOCKS)
    yield
    assert await admin.fetchval(DEADLOCKS) == before
    await admin.close()


async def both_ways(tenant: Tenant, other: Tenant) -> tuple[dict, dict]:
    """Asked for at once."""
    forth, back = people(backwards=False), people(backwards=True)
    return tuple(await asyncio.gather(tenant.imported(forth), other.imported(back)))  # type: ignore[return-value]


async def test_by_one_tenant_the_second_waits_and_finds_everybody(tenants: Tenants, no_deadlock: None) -> None:
    async with tenants("both-ways") as tenant:
        imports = sorted(await both_ways(tenant, tenant), key=lambda it: it["started_at"])
        assert [it["status"] for it in imports] == ["finished", "finished"]
        assert imports[1]["started_at"] >= imports[0]["ended_at"]
        for it, figure in zip(imports, ("new", "skipped"), strict=True):
            assert {entity: each[figure] for entity, each in it["summary"].items()} == dict.fromkeys(
                ("contacts", "messages", "calls"), PEOPLE
            )
        assert len(await tenant.all("/v1/contacts")) == len(await tenant.all("/v1/calls")) == PEOPLE


async def test_by_two_tenants_both_have_the_same_people(tenants: Tenants, no_deadlock: None) -> None:
    async with tenants("forth") as one, tenants("back") as other:
        imports = await both_ways(one, other)
        assert imports[0]["summary"] == imports[1]["summary"]
        assert all(each["new"] == each["rows"] == PEOPLE for each in imports[0]["summary"].values())
        ones, others = [await tenant.all("/v1/contacts") for tenant in (one, other)]
        assert {each["phone"] for each in ones} == {each["phone"] for each in others}
        assert len(ones) == len(others) == PEOPLE
        assert await calls(one) == await calls(other)


async def calls(tenant: Tenant) -> list[tuple[str, str]]:
    return sorted((each["participants"][0], each["started_at"]) for each in await tenant.all("/v1/calls"))
