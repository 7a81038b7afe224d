"""One connection that outlives the server's absences: work on it is tried until it is done."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from ringback.postgres.connection import connect, opened
from ringback.postgres.errors import SILENT, TRANSIENT
from ringback.runtime.backoff import backoff
from ringback.runtime.outages import database_away
from ringback.runtime.refused import Refused

T = TypeVar("T")

UNANSWERED: tuple[type[BaseException], ...] = (Refused, *SILENT)


class Database:
    """`run` gives its operation a connection, again and again while the trouble is transient (faults.md, I4)."""

    def __init__(self, dsn: str, name: str, wait: Callable[[float], Awaitable[None]]) -> None:
        self._dsn = dsn
        self._name = name
        self._wait = wait
        self._connection: asyncpg.Connection | None = None

    async def run(self, operation: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """What the operation answers. It must be whole in itself: a failed try is rolled back and repeated."""
        for seconds in backoff():
            try:
                return await operation(await self._connected())
            except TRANSIENT as error:
                database_away(error, retry_in=seconds)
                await self._wait(seconds)
        raise AssertionError("backoff has no end")

    async def answers(self) -> None:
        """For `/readyz`, by a connection of its own: ours may be at work. Raises OSError where the server is away."""
        try:
            connection = await opened(
                self._dsn, timeout=5, server_settings={"application_name": f"{self._name}-readyz"}
            )
            await connection.close()
        except UNANSWERED as error:
            raise ConnectionError(f"does not answer ({error!r})") from error

    async def close(self) -> None:
        """Gives the connection back at once; an open transaction is rolled back by the server."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._dsn, self._name)
        return self._connection
