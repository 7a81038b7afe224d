"""Records by participant: exactly those in which it took part, newest first, page by page, and by an index."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncEngine

from ringback.fold.participants import Position, newest
from ringback.postgres.migrations import upgrade
from ringback.postgres.tenancy import engine, tenant_session
from services.calls.tables import calls
from tests.integration.own_database import own_database
from tests.stack import Infrastructure

ZERO = datetime(2026, 1, 1, tzinfo=UTC)
NUMBERS = [f"+1415555{number:04}" for number in range(300)]
FULL = calls.records
FURTHER = calls.participants.further


def call(rnd: Random, tenant: str, number: int) -> dict[str, Any]:
    """Many within one second, so that only their ids tell them apart."""
    group = sorted(set(rnd.choices(NUMBERS, k=rnd.choice((1, 1, 1, 1, 3)))))
    return {
        "tenant_id": tenant,
        "id": number,
        "source": "tests",
        "our_number": "+14155550100",
        "participants": group,
        "direction": "inbound",
        "started_at": ZERO + timedelta(seconds=rnd.randrange(500)),
        "created_at": ZERO,
        "updated_at": ZERO,
    }


def further(row: dict[str, Any]) -> list[dict[str, Any]]:
    shared = {"tenant_id": row["tenant_id"], "at": row["started_at"], "record_id": row["id"]}
    return [{**shared, "participant": each} for each in row["participants"][1:]]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    rnd = Random(5)
    return [call(rnd, tenant, number) for tenant in ("a", "b") for number in range(1, 8_001)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def api(infrastructure: Infrastructure, rows: list[dict[str, Any]]) -> AsyncIterator[AsyncEngine]:
    async with own_database(infrastructure, "calls", "participants") as database:
        await database.migrate()
        writer, opened = engine(database.dsn("writer")), engine(database.dsn("api"))
        async with writer.begin() as connection:
            await connection.execute(insert(FULL), rows)
            await connection.execute(insert(FURTHER), [each for row in rows for each in further(row)])
            # What an overwritten time leaves behind.
            stale = [each | {"at": each["at"] + timedelta(days=1)} for row in rows[:2_000] for each in further(row)]
            await connection.execute(insert(FURTHER), stale)
        owner = engine(database.dsn("owner"))
        async with owner.begin() as connection:
            await connection.execute(text("ANALYZE"))
        yield opened
        for each in (writer, opened, owner):
            await each.dispose()


async def pages(api: AsyncEngine, asked: list[str], limit: int) -> list[int]:
    found: list[int] = []
    before: Position | None = None
    while True:
        async with tenant_session(api, "a") as session:
            page = (await session.execute(newest(calls.participants, asked, before, limit))).all()
        found += [row.id for row in page]
        if len(page) < limit:
            return found
        before = Position(page[-1].started_at, page[-1].id)


@pytest.mark.parametrize("asked", [NUMBERS[7:8], NUMBERS[20:24], [NUMBERS[9], "nobody", NUMBERS[9]], ["nobody"], []])
async def test_pages_put_together_are_all_calls_of_the_participants_newest_first(
    api: AsyncEngine, rows: list[dict[str, Any]], asked: list[str]
) -> None:
    own = [row for row in rows if row["tenant_id"] == "a" and set(row["participants"]) & set(asked)]
    expected = sorted(((row["started_at"], row["id"]) for row in own), reverse=True)
    assert await pages(api, asked, 7) == [number for _, number in expected]


async def test_a_participants_calls_are_found_by_index_under_row_level_security(api: AsyncEngine) -> None:
    query = newest(calls.participants, NUMBERS[7:9], Position(ZERO + timedelta(seconds=400), 5), 50)
    statement = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    async with tenant_session(api, "a") as session:
        plan = "\n".join((await session.scalars(text(f"EXPLAIN {statement}"))).all())
    assert "Seq Scan" not in plan, plan
    assert "calls_by_participant" in plan, plan
    assert "call_participants_pkey" in plan, plan


async def test_the_migration_takes_in_the_groups_that_stand_already(
    infrastructure: Infrastructure, rows: list[dict[str, Any]]
) -> None:
    async with own_database(infrastructure, "calls", "participants_before") as database:
        await asyncio.to_thread(upgrade, database.migrations, database.dsn("owner"), "0002")
        writer = engine(database.dsn("writer"))
        async with writer.begin() as connection:
            await connection.execute(insert(FULL), rows[:500])
        await database.migrate()
        async with writer.connect() as connection:
            stored = (await connection.execute(select(FURTHER))).all()
        await writer.dispose()
        expected = [tuple(each.values()) for row in rows[:500] for each in further(row)]
        assert sorted((row.tenant_id, row.at, row.record_id, row.participant) for row in stored) == sorted(expected)
