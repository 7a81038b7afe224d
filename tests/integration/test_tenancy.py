"""What the databases themselves keep: a tenant's rows from the others, and ledger lines that add up."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import Column, Table, delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from ringback.postgres.tenancy import engine, tenant_session
from standalone.state import SERVICES
from tests.integration.own_database import OwnDatabase, connected, own_database
from tests.stack import Infrastructure

OWN = "(tenant_id = NULLIF(current_setting('app.tenant'::text, true), ''::text))"
SECURITY = """
    SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
           array_agg(DISTINCT (p.policyname, p.permissive, p.cmd, p.roles, p.qual, p.with_check)::text) AS policies
    FROM pg_class c LEFT JOIN pg_policies p ON p.tablename = c.relname AND p.schemaname = 'public'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
      AND c.relname <> 'alembic_version'
    GROUP BY c.oid
"""
POLICY = "SELECT ('tenant', 'PERMISSIVE', 'ALL', '{public}'::name[], $1::text, $1::text)::text"
#: Each key's first column, and of a foreign one also the first that it points to.
FIRST_OF_KEYS = """
    SELECT k.conrelid::regclass::text AS table, k.conname, a.attname AS first, f.attname AS foreign_first, k.contype
    FROM pg_constraint k
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    LEFT JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[1]
    WHERE k.connamespace = 'public'::regnamespace AND k.contype IN ('p', 'f')
      AND k.conrelid <> 'alembic_version'::regclass
"""
VALUES: dict[type, Any] = {
    str: "x",
    int: 0,
    bool: False,
    bytes: b"x",
    list: [],
    object: {},
    datetime: datetime(2026, 1, 2, tzinfo=UTC),
    UUID: UUID(int=1),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=SERVICES)
async def database(infrastructure: Infrastructure, request: pytest.FixtureRequest) -> AsyncIterator[OwnDatabase]:
    """A service's, with one row of tenant A and one of tenant B in every table."""
    async with own_database(infrastructure, request.param, f"tenancy_{request.param}") as database:
        await database.migrate()
        async with connected(database, "writer") as writer, writer.begin() as connection:
            for table in database.metadata.sorted_tables:
                await connection.execute(table.insert(), [row(table, tenant) for tenant in "AB"])
        yield database


def row(table: Table, tenant: str) -> dict[str, Any]:
    """The least that the table takes."""
    return {column.name: value(column, tenant) for column in table.columns if not column.nullable}


def value(column: Column[Any], tenant: str) -> Any:
    return {"tenant_id": tenant, "stage": "asked"}.get(column.name) or VALUES[column.type.python_type]


def readable(database: OwnDatabase) -> list[Table]:
    return [table for table in database.metadata.sorted_tables if not table.name.endswith("_shadow")]


def changeable(database: OwnDatabase) -> list[Table]:
    return [table for table in readable(database) if table.name != "audit_log"]


def shadows(database: OwnDatabase) -> list[Table]:
    return [table for table in database.metadata.sorted_tables if table.name.endswith("_shadow")]


async def test_every_table_has_a_tenant_and_the_policy_that_keeps_to_it_forced(database: OwnDatabase) -> None:
    connection = await asyncpg.connect(database.dsn("owner"))
    tables = {each["relname"]: tuple(each)[1:] for each in await connection.fetch(SECURITY)}
    policy = await connection.fetchval(POLICY, OWN)
    await connection.close()
    assert all("tenant_id" in table.c for table in database.metadata.sorted_tables)
    assert tables == {table.name: (True, True, [policy]) for table in database.metadata.sorted_tables}


@pytest.mark.parametrize("role", ["api", "owner"])
async def test_a_session_without_a_tenant_sees_nothing(database: OwnDatabase, role: str) -> None:
    async with connected(database, role) as sessions, sessions.connect() as connection:
        for table in readable(database):
            assert (await connection.execute(select(table))).all() == [], table.name


async def test_a_session_with_a_tenant_sees_its_rows_and_none_of_another(database: OwnDatabase) -> None:
    async with connected(database, "api") as api:
        for tenant in "AB":
            async with tenant_session(api, tenant) as connection:
                for table in readable(database):
                    seen = (await connection.scalars(select(table.c.tenant_id))).all()
                    assert set(seen) == {tenant}, table.name


async def test_a_tenant_is_left_behind_with_its_transaction(database: OwnDatabase) -> None:
    async with connected(database, "api") as api, api.connect() as connection:
        for tenant in ("A", ""):
            await connection.exec_driver_sql(f"SELECT set_config('app.tenant', '{tenant}', true)")
            await connection.commit()
            for table in readable(database):
                assert (await connection.execute(select(table))).all() == [], table.name


async def test_a_session_writes_no_row_of_another_tenant(database: OwnDatabase) -> None:
    async with connected(database, "api") as api:
        for table in readable(database):
            with pytest.raises(ProgrammingError, match="row-level security"):
                async with tenant_session(api, "A") as connection:
                    await connection.execute(table.insert(), row(table, "B"))
        for table in changeable(database):
            with pytest.raises(ProgrammingError, match="row-level security"):
                async with tenant_session(api, "A") as connection:
                    await connection.execute(update(table).values(tenant_id="B"))
            async with tenant_session(api, "A") as connection:
                gone = await connection.execute(delete(table).where(table.c.tenant_id == "B"))
                assert gone.rowcount == 0, table.name


@pytest.mark.parametrize("what", ["SELECT 1 FROM {}", "DELETE FROM {}", "UPDATE {} SET tenant_id = 'A'"])
async def test_the_api_cannot_touch_a_shadow(database: OwnDatabase, what: str) -> None:
    assert len(shadows(database)) == {"ingest": 0, "contacts": 3, "conversations": 7, "calls": 4}[database.service]
    async with connected(database, "api") as api:
        for table in shadows(database):
            with pytest.raises(ProgrammingError, match="permission denied"):
                async with tenant_session(api, "A") as connection:
                    await connection.exec_driver_sql(what.format(table.name))


async def test_every_primary_and_foreign_key_starts_with_the_tenant(database: OwnDatabase) -> None:
    connection = await asyncpg.connect(database.dsn("owner"))
    keys = await connection.fetch(FIRST_OF_KEYS)
    await connection.close()
    primary = {key["table"] for key in keys if key["contype"] == b"p"}
    assert primary == {table.name for table in database.metadata.sorted_tables}
    for key in keys:
        assert key["first"] == "tenant_id", key["conname"]
        assert key["foreign_first"] in ("tenant_id", None), key["conname"]


@pytest.mark.parametrize("wrong", [{"seen": 1}, {"new": 1}, {"seen": 3, "new": 1, "skipped": 1}])
async def test_a_line_that_does_not_add_up_is_refused(database: OwnDatabase, wrong: dict[str, int]) -> None:
    table = database.metadata.tables["import_files" if database.service == "ingest" else "ledger"]
    async with connected(database, "writer") as writer:
        with pytest.raises(IntegrityError, match="violates check constraint"):
            async with writer.begin() as connection:
                await connection.execute(table.insert(), row(table, "A") | {"entity": "y"} | wrong)
        with pytest.raises(IntegrityError, match="violates check constraint"):
            async with writer.begin() as connection:
                await connection.execute(update(table).values(**wrong))


async def test_an_error_of_the_database_is_told_without_what_the_tenant_sent(database: OwnDatabase) -> None:
    api = engine(database.dsn("api"))
    with pytest.raises(DBAPIError) as caught:
        async with tenant_session(api, "A") as connection:
            await connection.execute(text("SELECT CAST(:what AS text)"), {"what": "a secret\0"})
    await api.dispose()
    assert "a secret" not in str(caught.value)
