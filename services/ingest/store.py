"""The worker's transactions: the one place that commits, and the one that tries again while the database is away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from ringback.postgres.errors import TRANSIENT
from ringback.runtime.backoff import backoff
from ringback.runtime.outages import database_away

T = TypeVar("T")
Operation = Callable[[asyncpg.Connection], Awaitable[T]]

#: TimeoutError is asyncpg's own, of a statement and of connecting.
AWAY: tuple[type[BaseException], ...] = (*TRANSIENT, TimeoutError)
#: A server that says nothing for this long is away, whatever its connection looks like. Seconds.
PATIENCE = 15


class Store:
    """A few connections; an operation is whole in itself, since a failed try is rolled back and repeated."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._pool: asyncpg.Pool | None = None

    async def run(self, operation: Operation[T]) -> T:
        """What the operation answers, once it is committed. Trouble with the server fails nothing: it is waited out."""
        for seconds in backoff():
            try:
                return await self._once(operation)
            except AWAY as error:
                database_away(error, retry_in=seconds)
                await asyncio.sleep(seconds)
        raise AssertionError("backoff has no end")

    async def answers(self) -> None:
        """For `/readyz`: raises OSError where the server is away."""
        try:
            await self._once(_nothing)
        except (*AWAY, asyncpg.PostgresError) as error:
            raise ConnectionError(f"does not answer ({error!r})") from error

    async def close(self) -> None:
        """Open transactions are rolled back by the server."""
        if self._pool is not None:
            self._pool.terminate()

    async def _once(self, operation: Operation[T]) -> T:
        if self._pool is None:
            self._pool = await asyncpg.create_pool(
                self._dsn,
                min_size=0,
                max_size=8,
                timeout=5,
                command_timeout=PATIENCE,
                # A worker that is stopped in a transaction must not hold its rows for ever.
                server_settings={
                    "application_name": "ingest-worker",
                    "idle_in_transaction_session_timeout": f"{PATIENCE}s",
                },
            )
        async with self._pool.acquire() as connection, connection.transaction():
            return await operation(connection)


async def _nothing(connection: asyncpg.Connection) -> None:
    await connection.execute("SELECT 1")
