"""200 websockets of which 20 never read: the others do not feel it, and the stalled are closed (fault 9)."""

import asyncio
import base64
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

import msgspec
import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.faults.memory import flat_memory
from tests.faults.round import Blow, Ground, Scene, load
from tests.faults.tenant import Tenant, tenant
from tests.faults.waiting import until

READERS, STALLED = 180, 20
#: Seconds within which a change is with 99 of 100 readers.
P99 = 1.0
#: A stalled one is cut off after 30 s of taking nothing, once its buffers are full.
CUT_OFF_WITHIN = 120


async def crowd_of_sockets(scene: Scene) -> list[Blow]:
    """Of one tenant, who imports then. Who never reads is looked for later where there are no `seconds`."""
    delays: list[float] = []
    async with (
        tenant(scene.stack, f"{scene.tenant.name}-crowd") as crowd,
        flat_memory(scene.stack),
        _connected(crowd) as (readers, stalled),
    ):
        reading = [asyncio.create_task(_read(each, delays)) for each in readers]
        await crowd.imported(scene.archive, dry_run=True)
        for each in reading:
            each.cancel()
        await asyncio.wait(reading)
    scene.ground.stalled.extend(stalled)
    if scene.seconds:
        await are_cut_off(scene.ground)
    assert len(delays) > READERS, f"{len(delays)} messages to {READERS} sockets"
    p99 = sorted(delays)[int(len(delays) * 0.99)]
    assert p99 <= P99 * load(), f"p99 of {len(delays)} messages: {p99:.2f} s"
    return [await scene.over(f"200 sockets, 20 of them stalled, p99 of {len(delays)} messages {p99:.2f} s")]


async def are_cut_off(ground: Ground) -> None:
    """Whoever was found to read nothing: the server has no connection to them any more."""
    assert ground.stalled
    ends = {each.getsockname() for each in ground.stalled}

    def cut_off() -> bool:
        http = psutil.Process(ground.stack.pid("http"))
        return not ends & {each.raddr and tuple(each.raddr) for each in http.net_connections()}

    await until(cut_off, within=CUT_OFF_WITHIN, every=0.5)
    while ground.stalled:
        ground.stalled.pop().close()


@asynccontextmanager
async def _connected(crowd: Tenant) -> AsyncIterator[tuple[list[ClientConnection], list[socket.socket]]]:
    """The stalled ones stay."""
    async with AsyncExitStack() as stack:
        stalled = [await asyncio.to_thread(_stalled, crowd) for _ in range(STALLED)]
        yield [await stack.enter_async_context(_connect(crowd)) for _ in range(READERS)], stalled


def _connect(crowd: Tenant) -> connect:
    url = str(crowd.http.base_url).replace("http", "ws", 1).rstrip("/") + "/v1/progress/ws"
    protocols = [Subprotocol("ringback.v1"), Subprotocol(f"bearer.{crowd.token}")]
    return connect(url, subprotocols=protocols, proxy=None, open_timeout=30)


def _stalled(crowd: Tenant) -> socket.socket:
    """Asks, and reads nothing of the answer; its segments and its buffer are as small as can be, to be full soon."""
    client = socket.socket()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    url = crowd.http.base_url
    client.connect((url.host, url.port))
    lines = (
        *("GET /v1/progress/ws HTTP/1.1", f"Host: {url.host}", "Upgrade: websocket", "Connection: Upgrade"),
        *("Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}"),
        f"Sec-WebSocket-Protocol: ringback.v1, bearer.{crowd.token}",
    )
    client.sendall("".join(f"{line}\r\n" for line in (*lines, "")).encode())
    return client


async def _read(reader: ClientConnection, delays: list[float]) -> None:
    """How old each message is."""
    async for message in reader:
        changed = datetime.fromisoformat(msgspec.json.decode(message)["updated_at"])
        delays.append(time.time() - changed.timestamp())
