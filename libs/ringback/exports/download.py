"""The answer: a file that grows as fast as the database is read, handed over as fast as somebody takes it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack
from typing import Any

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from ringback.exports.growing import GrowingFile

#: Who has not got an export by then is cut off: it holds a file of ours.
LONGEST_SECONDS = 3600.0


class Filling:
    """The work of filling a file, while it is read."""

    def __init__(self, file: GrowingFile, work: Coroutine[Any, Any, None]) -> None:
        self._file = file
        self._task = asyncio.create_task(self._to_the_end(work))

    async def begun(self) -> None:
        """Until there is something to send. Raises what hindered it by then, so that it is answered as it should."""
        await self._file.begun()
        if self._task.done():
            self._task.result()

    async def chunks(self) -> AsyncIterator[bytes]:
        """All of it. Raises where it broke off, so that the answer breaks off too, and is not taken for a whole one."""
        async for chunk in self._file.chunks():
            yield chunk
        await self._task

    async def stop(self) -> None:
        """Whoever asked for it has it, or is gone."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _to_the_end(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._file.end()


class Download(StreamingResponse):
    """`held` is let go when all was sent, or nobody takes it any more."""

    def __init__(self, filling: Filling, held: AsyncExitStack, **options: Any) -> None:
        super().__init__(filling.chunks(), **options)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._held, asyncio.timeout(LONGEST_SECONDS):
            await super().__call__(scope, receive, send)
