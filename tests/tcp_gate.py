"""A server as seen through a gate, which a test shuts and opens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from standalone import ports

#: Bytes that any request may have, so that only bodies are cut off.
SMALL = 100_000


class Gate:
    """While it is shut, connections are refused and those there were are gone."""

    def __init__(self, to: int) -> None:
        self._to = to
        self.port = ports.free(set())
        #: Bytes in all, after which every connection that has carried more than SMALL of them is cut off.
        self.cut_after: int | None = None
        self._passed = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Gate"]:
        await self.open()
        try:
            yield self
        finally:
            await self.shut()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def shut(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._writers |= {writer, back}
        try:
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        except OSError:
            pass
        finally:
            for each in (writer, back):
                self._writers.discard(each)
                each.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carried = 0
        while data := await reader.read(65_536):
            carried += len(data)
            self._passed += len(data)
            if self.cut_after is not None and self._passed > self.cut_after and carried > SMALL:
                raise ConnectionAbortedError
            writer.write(data)
            await writer.drain()
        writer.transport.abort()
