"""The migrations make what the tables declare, take it back whole, and make it again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from ringback.postgres.migrations import downgrade
from ringback.postgres.tenancy import engine
from standalone.state import SERVICES
from tests.integration.own_database import OwnDatabase, own_database
from tests.stack import Infrastructure

#: What the catalogue has of a schema: more than Alembic compares (predicates of indexes, checks, sequences).
CATALOGUE = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'
    """,
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
    """,
    "sequences": """
        SELECT sequencename, data_type::text, start_value, increment_by, max_value, cycle
        FROM pg_sequences WHERE schemaname = 'public'
    """,
}
#: All that a schema may hold but Alembic's own table.
LEFT = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'alembic_version%'
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT typname FROM pg_type
    WHERE typnamespace = 'public'::regnamespace AND typname NOT LIKE '%alembic_version'
    UNION ALL SELECT policyname FROM pg_policies
    UNION ALL SELECT version_num FROM alembic_version
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=SERVICES)
async def migrated(infrastructure: Infrastructure, request: pytest.FixtureRequest) -> AsyncIterator[OwnDatabase]:
    async with own_database(infrastructure, request.param, f"migrated_{request.param}") as database:
        await database.migrate()
        yield database


async def catalogue(database: OwnDatabase) -> dict[str, set[tuple[Any, ...]]]:
    connection = await asyncpg.connect(database.dsn("owner"))
    try:
        return {what: set(map(tuple, await connection.fetch(query))) for what, query in CATALOGUE.items()}
    finally:
        await connection.close()


async def left(database: OwnDatabase) -> list[str]:
    connection = await asyncpg.connect(database.dsn("owner"))
    try:
        return [each[0] for each in await connection.fetch(LEFT)]
    finally:
        await connection.close()


async def test_alembic_finds_no_difference_between_the_migrated_and_the_declared(migrated: OwnDatabase) -> None:
    def compare(connection: Connection) -> Any:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, migrated.metadata)

    owner = engine(migrated.dsn("owner"))
    async with owner.connect() as connection:
        assert await connection.run_sync(compare) == []
    await owner.dispose()


async def test_the_catalogue_is_that_of_the_declared_tables(migrated: OwnDatabase) -> None:
    async with own_database(migrated.infrastructure, migrated.service, f"declared_{migrated.service}") as declared:
        owner = engine(declared.dsn("owner"))
        async with owner.begin() as connection:
            await connection.run_sync(migrated.metadata.create_all)
        await owner.dispose()
        assert await catalogue(migrated) == await catalogue(declared)


async def test_back_to_nothing_and_forward_again(migrated: OwnDatabase) -> None:
    before = await catalogue(migrated)
    assert before["columns"]
    await asyncio.to_thread(downgrade, migrated.migrations, migrated.dsn("owner"))
    assert await left(migrated) == []
    await migrated.migrate()
    assert await catalogue(migrated) == before
