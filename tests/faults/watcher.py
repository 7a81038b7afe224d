"""Someone who watches the whole while, and joins again however often the socket breaks."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from tests.faults.growth import Growth
from tests.faults.tenant import Tenant


class Watcher:
    """Every message in the order in which it came."""

    def __init__(self, tenant: Tenant, only: str | None) -> None:
        url = str(tenant.http.base_url).replace("http", "ws", 1).rstrip("/") + "/v1/progress/ws"
        self._url = f"{url}?import={only}" if only else url
        self._protocols = [Subprotocol("ringback.v1"), Subprotocol(f"bearer.{tenant.token}")]
        self.messages: list[dict[str, Any]] = []
        self.joined = 0
        self._processed: dict[str, Growth] = {}

    async def run(self) -> None:
        while True:
            try:
                async with connect(self._url, subprotocols=self._protocols, proxy=None) as socket:
                    self.joined += 1
                    async for message in socket:
                        self._take(msgspec.json.decode(message))
            except (OSError, WebSocketException):
                # Refused, reset or closed by a server that was killed.
                await asyncio.sleep(0.05)

    def of(self, import_id: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["import_id"] == import_id]

    def processed(self, import_id: str) -> Growth:
        """The rows of all entities that were shown as done, and when."""
        return self._processed.setdefault(import_id, Growth())

    def ended(self, import_id: str) -> bool:
        return any(message["ended_at"] for message in self.of(import_id)[-1:])

    def _take(self, message: dict[str, Any]) -> None:
        self.messages.append(message)
        done = sum(each["processed"] for each in message["entities"].values())
        self.processed(message["import_id"]).say(time.time(), done)


@asynccontextmanager
async def watching(tenant: Tenant, only: str | None = None) -> AsyncIterator[Watcher]:
    """All of the tenant's imports, or one."""
    watcher = Watcher(tenant, only)
    task = asyncio.create_task(watcher.run())
    try:
        yield watcher
    finally:
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled():
        task.result()


def check_never_back(messages: Iterable[dict[str, Any]]) -> None:
    """I9, of one import: no count goes back, none passes its total, and all is done at the end."""
    highest: dict[tuple[str, str], int] = {}
    last: dict[str, Any] = {}
    for last in messages:
        for entity, progress in last["entities"].items():
            assert progress["total"] is None or progress["processed"] <= progress["total"], last
            for figure in ("processed", "new", "updated", "skipped", "failed"):
                assert progress[figure] >= highest.get((entity, figure), 0), (entity, figure, highest, last)
                highest[entity, figure] = progress[figure]
    assert last["status"] == "finished"
    for progress in last["entities"].values():
        assert progress["processed"] == progress["total"], last
