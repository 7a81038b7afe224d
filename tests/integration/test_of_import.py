"""What an import made and what it changed: exactly that, page by page, and by an index."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from random import Random
from typing import Any, Literal
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import insert, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncEngine

from ringback.http.of_import import Import
from ringback.http.problems import Problem
from ringback.postgres.tenancy import engine, tenant_session
from services.calls.tables import calls, contributions
from tests.integration.own_database import own_database
from tests.stack import Infrastructure

ZERO = datetime(2026, 1, 1, tzinfo=UTC)
IMPORTS = [UUID(int=number) for number in range(1, 6)]
FULL, KEPT = calls.records, contributions.contributions
Did = Literal["made", "changed"]


def call(rnd: Random, tenant: str, number: int) -> dict[str, Any]:
    return {
        "tenant_id": tenant,
        "id": number,
        "source": "tests",
        "import_id": rnd.choice([None, *IMPORTS]),
        "our_number": "+14155550100",
        "participants": ["+14155550101"],
        "direction": "inbound",
        "started_at": ZERO,
        "created_at": ZERO,
        "updated_at": ZERO,
    }


def told_again(rnd: Random, tenant: str, number: int, arrival: int) -> dict[str, Any]:
    """Now and then twice by one import."""
    return {
        "tenant_id": tenant,
        "entity": rnd.choice(("calls", "calls", "others")),
        "record_id": number,
        "arrival": arrival,
        "kind": "row",
        "import_id": rnd.choice([None, *IMPORTS]),
        "outcome": rnd.choice(("new", "updated", "skipped")),
        "by_key": False,
        "said": {},
    }


ROWS = [call(Random(number), tenant, number) for tenant in "ab" for number in range(1, 6_001)]
TOLD = [
    told_again(Random(each["id"] * 7 + again), each["tenant_id"], each["id"], again)
    for each in ROWS
    if each["id"] % 3 == 0
    for again in range(4)
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def api(infrastructure: Infrastructure) -> AsyncIterator[AsyncEngine]:
    async with own_database(infrastructure, "calls", "of_import") as database:
        await database.migrate()
        writer, owner = engine(database.dsn("writer")), engine(database.dsn("owner"))
        async with writer.begin() as connection:
            await connection.execute(insert(FULL), ROWS)
            await connection.execute(insert(KEPT), TOLD)
        async with owner.begin() as connection:
            await connection.execute(text("ANALYZE"))
        opened = engine(database.dsn("api"))
        yield opened
        for each in (writer, opened, owner):
            await each.dispose()


async def pages(api: AsyncEngine, asked: Import, limit: int) -> list[int]:
    found: list[int] = []
    while True:
        query = asked.select(FULL, KEPT, tuple(found[-1:]) or None).limit(limit)
        async with tenant_session(api, "a") as session:
            page = [row.id for row in await session.execute(query)]
        found += page
        if len(page) < limit:
            return found


def own(did: Did, import_id: UUID) -> list[int]:
    if did == "made":
        return [row["id"] for row in ROWS if row["tenant_id"] == "a" and row["import_id"] == import_id]
    return sorted(
        {
            row["record_id"]
            for row in TOLD
            if row["tenant_id"] == "a" and row["entity"] == "calls" and row["import_id"] == import_id
            if row["outcome"] == "updated"
        }
    )


@pytest.mark.parametrize("did", ["made", "changed"])
@pytest.mark.parametrize("import_id", [IMPORTS[2], UUID(int=99)])
async def test_pages_put_together_are_all_that_the_import_did_each_once(
    api: AsyncEngine, did: Did, import_id: UUID
) -> None:
    expected = own(did, import_id)
    assert bool(expected) == (import_id in IMPORTS)
    assert await pages(api, Import(import_id, did), 37) == expected


@pytest.mark.parametrize(("did", "index"), [("made", "calls_of_import"), ("changed", "contributions_of_import")])
async def test_they_are_found_by_index_under_row_level_security(api: AsyncEngine, did: Did, index: str) -> None:
    query = Import(IMPORTS[2], did).select(FULL, KEPT, (4_000,)).limit(50)
    statement = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    async with tenant_session(api, "a") as session:
        plan = "\n".join((await session.scalars(text(f"EXPLAIN {statement}"))).all())
    assert "Seq Scan" not in plan, plan
    assert index in plan, plan


async def test_what_an_unsaid_import_did_cannot_be_asked_for() -> None:
    with pytest.raises(Problem, match="goes with an import"):
        Import(None, "changed").select(FULL, KEPT, None)
