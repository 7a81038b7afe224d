"""Runs a service's Alembic migrations; each service keeps its own under `migrations/versions`."""

import asyncio
from functools import partial
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, pool
from sqlalchemy.ext.asyncio import create_async_engine

from ringback.postgres.connection import opened


def upgrade(folder: Path, dsn: str, revision: str = "head") -> None:
    """Brings the database of `dsn` (the owner's) forward to `revision`."""
    command.upgrade(_config(folder, dsn), revision)


def downgrade(folder: Path, dsn: str, revision: str = "base") -> None:
    """Takes it back."""
    command.downgrade(_config(folder, dsn), revision)


def run_environment(metadata: MetaData) -> None:
    """What a service's `migrations/env.py` calls."""
    asyncio.run(_run(context.config.get_main_option("sqlalchemy.url") or "", metadata))


async def _run(dsn: str, metadata: MetaData) -> None:
    engine = create_async_engine("postgresql+asyncpg://", async_creator=partial(opened, dsn), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate, metadata)
        await connection.commit()
    await engine.dispose()


def _migrate(connection: Connection, metadata: MetaData) -> None:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


def _config(folder: Path, dsn: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("sqlalchemy.url", dsn.replace("%", "%%"))
    return config
