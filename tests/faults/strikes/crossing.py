"""Two imports of the same people in opposite order: nobody waits for the other for ever, same rows (fault 6)."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import asyncpg

from standalone.state import State
from tests.faults.round import Blow, Scene
from tests.faults.tenant import Tenant, tenant
from tests.reference.build import OURS, Rows, csv_of, text_from, zipped

PEOPLE = 1_000
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


async def opposite_orders(scene: Scene) -> list[Blow]:
    """By one tenant and by two, all at once; by the database's own count nobody met a deadlock."""
    admin = await asyncpg.connect(State.open(scene.stack.state).dsn("postgres", "postgres"))
    before = await admin.fetchval(DEADLOCKS)
    names = [f"{scene.tenant.name}-{each}" for each in ("both", "forth", "back")]
    async with AsyncExitStack() as stack:
        both, forth, back = [await stack.enter_async_context(tenant(scene.stack, name)) for name in names]
        await asyncio.gather(_of_one(both), _of_two(forth, back))
    assert await admin.fetchval(DEADLOCKS) == before
    await admin.close()
    return [await scene.over("the same people in opposite orders")]


async def _both_ways(one: Tenant, other: Tenant) -> list[dict[str, Any]]:
    """Asked for at once."""
    return await asyncio.gather(one.imported(people(backwards=False)), other.imported(people(backwards=True)))


async def _of_one(tenant: Tenant) -> None:
    """The second waits, and finds everybody."""
    imports = sorted(await _both_ways(tenant, tenant), key=lambda it: it["started_at"])
    assert [it["status"] for it in imports] == ["finished", "finished"]
    assert imports[1]["started_at"] >= imports[0]["ended_at"]
    for it, figure in zip(imports, ("new", "skipped"), strict=True):
        found = {entity: each[figure] for entity, each in it["summary"].items()}
        assert found == dict.fromkeys(("contacts", "messages", "calls"), PEOPLE), it["summary"]
    assert len(await tenant.all("/v1/contacts")) == len(await tenant.all("/v1/calls")) == PEOPLE


async def _of_two(one: Tenant, other: Tenant) -> None:
    """Both have the same people."""
    imports = await _both_ways(one, other)
    assert imports[0]["summary"] == imports[1]["summary"]
    assert all(each["new"] == each["rows"] == PEOPLE for each in imports[0]["summary"].values())
    ones, others = [await each.all("/v1/contacts") for each in (one, other)]
    assert {each["phone"] for each in ones} == {each["phone"] for each in others}
    assert len(ones) == len(others) == PEOPLE
    assert await _calls(one) == await _calls(other)


async def _calls(tenant: Tenant) -> list[tuple[str, str]]:
    return sorted((each["participants"][0], each["started_at"]) for each in await tenant.all("/v1/calls"))
