"""A file that one side fills and the other reads from behind, each at its own speed."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryFile

#: Bytes handed over at once.
CHUNK = 1 << 16


class GrowingFile:
    """Has no name, so that nothing is left of it when the process ends, however it does.

    Written from a thread, read in the loop, where whoever writes says `grown` and, in the end, `end`.
    """

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        self._written = self._told = 0
        self._ended = False
        self._news = asyncio.Event()

    def write(self, data: bytes, /) -> int:
        """All of it; raises OSError where the disk is full."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._written += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def grown(self) -> None:
        """What was written by now is to be read."""
        self._told = self._written
        self._news.set()

    def end(self) -> None:
        """There will be no more than was written by now."""
        self._told = self._written
        self._ended = True
        self._news.set()

    async def begun(self) -> None:
        """Until there is something to read, or never will be."""
        while not self._told and not self._ended:
            await self._news.wait()
            self._news.clear()

    async def chunks(self) -> AsyncIterator[bytes]:
        """From the beginning to the end."""
        at = 0
        while at < self._told or not self._ended:
            if at == self._told:
                await self._news.wait()
                self._news.clear()
            elif chunk := os.pread(self._file.fileno(), min(CHUNK, self._told - at), at):
                at += len(chunk)
                yield chunk

    def close(self) -> None:
        """Gives the disk back."""
        self._file.close()
