"""Row-level security: one policy on every table with a `tenant_id`, and the session that it lets in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ringback.postgres.connection import opened
from ringback.postgres.errors import SILENT
from ringback.runtime.refused import Refused

AWAY: tuple[type[BaseException], ...] = (SQLAlchemyError, Refused, *SILENT)


def isolate(table: str) -> list[str]:
    """The statements of a migration that hold every session of `table` but BYPASSRLS ones to its own tenant."""
    own = "tenant_id = NULLIF(current_setting('app.tenant', true), '')"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {table} USING ({own}) WITH CHECK ({own})",
    ]


def conceal(table: str, role: str) -> str:
    """The statement of a migration that keeps a table (a shadow) from the API altogether."""
    return f"REVOKE ALL ON {table} FROM {role}"


#: Seconds until an API is told that it cannot have a connection, from the pool or the server, or a lock, as while a
#: table is rebuilt: together within the 5 in which it answers with 503 at worst (faults.md).
POOL_TIMEOUT, CONNECT_TIMEOUT, LOCK_TIMEOUT = 2.5, 2.5, 2


def engine(dsn: str) -> AsyncEngine:
    """An API's engine for `postgresql://…`; small, since reads are short, and quick to say that it cannot."""
    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=partial(
            opened, dsn, timeout=CONNECT_TIMEOUT, server_settings={"lock_timeout": f"{LOCK_TIMEOUT}s"}
        ),
        pool_size=5,
        max_overflow=15,
        pool_timeout=POOL_TIMEOUT,
        pool_pre_ping=True,
        # An error in the log names its statement, and not what tenants sent.
        hide_parameters=True,
    )


async def answers(engine: AsyncEngine) -> None:
    """For `/readyz`: raises OSError where the server is away, or all connections are taken."""
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except AWAY as error:
        raise ConnectionError(f"does not answer ({type(error).__name__})") from error


@asynccontextmanager
async def tenant_session(engine: AsyncEngine, tenant: str) -> AsyncIterator[AsyncConnection]:
    """A transaction that sees the rows of `tenant` and no others."""
    async with engine.begin() as connection:
        await hold_to(connection, tenant)
        yield connection


async def hold_to(connection: AsyncConnection, tenant: str) -> None:
    """Until its transaction ends."""
    await connection.execute(text("SELECT set_config('app.tenant', :tenant, true)"), {"tenant": tenant})
