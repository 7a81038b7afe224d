"""A database beside a service's own, with that service's roles: what a test does there disturbs no other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import asyncpg
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine

from ringback.postgres.migrations import upgrade
from ringback.postgres.roles import DATABASE_PRIVILEGES, PRIVILEGES
from ringback.postgres.tenancy import engine
from tests.stack import Infrastructure

SERVICES = Path(__file__).parents[2] / "services"


@dataclass(frozen=True)
class OwnDatabase:
    """`name` on the server of `infrastructure`, as `service` would have it."""

    infrastructure: Infrastructure
    service: str
    name: str

    @property
    def metadata(self) -> MetaData:
        declared: MetaData = import_module(f"services.{self.service}.tables").metadata
        return declared

    @property
    def migrations(self) -> Path:
        return SERVICES / self.service / "migrations"

    def dsn(self, role: str) -> str:
        """`role` is owner, writer or api."""
        return self.infrastructure.state.dsn(f"{self.service}_{role}", self.name)

    async def migrate(self) -> None:
        """Alembic runs a loop of its own, and so in a thread."""
        await asyncio.to_thread(upgrade, self.migrations, self.dsn("owner"))


@asynccontextmanager
async def own_database(infrastructure: Infrastructure, service: str, name: str) -> AsyncIterator[OwnDatabase]:
    """Without tables; dropped at the end."""
    roles = {role: f"{service}_{role}" for role in ("owner", "writer", "api")}
    admin = await asyncpg.connect(infrastructure.admin_dsn)
    try:
        await admin.execute(f"CREATE DATABASE {name} OWNER {roles['owner']} STRATEGY wal_log")
        await admin.execute(DATABASE_PRIVILEGES.format(service=name, **roles))
        inside = await asyncpg.connect(infrastructure.admin_dsn, database=name)
        await inside.execute(PRIVILEGES.format(**roles))
        await inside.close()
        yield OwnDatabase(infrastructure, service, name)
    finally:
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.close()


@asynccontextmanager
async def connected(database: OwnDatabase, role: str) -> AsyncIterator[AsyncEngine]:
    """An engine of that role's, as the APIs have it."""
    opened = engine(database.dsn(role))
    try:
        yield opened
    finally:
        await opened.dispose()
