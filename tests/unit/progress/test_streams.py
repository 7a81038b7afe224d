"""Server-sent events and websockets over real connections; without a broker, the snapshots are put in by hand."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from ringback.events import Snapshot
from ringback.http.health import QuietServer
from services.progress.gateway import create_app
from services.progress.settings import GatewaySettings
from services.progress.snapshots import Snapshots
from tests.signing import KEY_FILE, authorization, token
from tests.unit.progress.test_gateway import seen


class Gateway:
    def __init__(self, app: FastAPI, port: int) -> None:
        self.snapshots: Snapshots = app.state.snapshots
        self.port = port
        self.client = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=5)

    @asynccontextmanager
    async def events(self, query: str = "", **headers: str) -> AsyncIterator[tuple[httpx2.Response, Any]]:
        """The response, and its blocks of text as they come."""
        given = authorization() | {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.stream("GET", f"/v1/progress/events{query}", headers=given) as response:
            yield response, _blocks(response)

    def socket(self, bearer: str, query: str = "") -> Any:
        protocols: Any = ["ringback.v1", f"bearer.{bearer}"]
        return connect(f"ws://127.0.0.1:{self.port}/v1/progress/ws{query}", subprotocols=protocols, proxy=None)


async def _blocks(response: httpx2.Response) -> AsyncIterator[dict[str, str]]:
    """One event each: its fields, where a comment is the field ''."""
    block: dict[str, str] = {}
    async for line in response.aiter_lines():
        if not line:
            yield block
            block = {}
        else:
            name, _, value = line.partition(":")
            block[name] = value.strip()


@asynccontextmanager
async def serving(**settings: Any) -> AsyncIterator[Gateway]:
    app = create_app(GatewaySettings(signing_keys=KEY_FILE, **settings))
    for import_id, tenant in (("i1", "acme"), ("i2", "acme"), ("i3", "else")):
        app.state.snapshots.take(seen(import_id, tenant, 5))
    app.state.snapshots.show()
    bound = socket.create_server(("127.0.0.1", 0))
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    server = QuietServer(uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=0))
    running = asyncio.create_task(server.serve([bound]))
    gateway = Gateway(app, bound.getsockname()[1])
    try:
        await server.up.wait()
        yield gateway
    finally:
        await gateway.client.aclose()
        server.should_exit = True
        await running


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with serving() as gateway:
        yield gateway


async def _next(blocks: Any) -> Any:
    """The next event's snapshot, and its id; comments are passed over."""
    async with asyncio.timeout(5):
        async for block in blocks:
            if "data" in block:
                return block["id"], json.loads(block["data"])
    raise AssertionError("the stream ended")


async def test_events_show_imports_as_they_stand_and_then_each_change(gateway: Gateway) -> None:
    async with gateway.events() as (response, blocks):
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert (response.headers["x-accel-buffering"], response.headers["cache-control"]) == ("no", "no-store")
        assert await anext(blocks) == {"": "ping"}
        assert {(await _next(blocks))[1]["import_id"] for _ in range(2)} == {"i1", "i2"}
        gateway.snapshots.take(seen("i3", "else", 6))
        gateway.snapshots.take(seen("i2", "acme", 7))
        told, shown = await _next(blocks)
        assert (told, shown["entities"]["calls"]["processed"]) == ("i2:1.7", 7)


async def test_events_of_one_import_are_of_that_alone(gateway: Gateway) -> None:
    async with gateway.events("?import=i2") as (_, blocks):
        assert (await _next(blocks))[0] == "i2:1.5"
        gateway.snapshots.take(seen("i1", "acme", 6))
        gateway.snapshots.take(seen("i2", "acme", 8))
        assert (await _next(blocks))[0] == "i2:1.8"


async def test_who_comes_back_is_not_told_again_what_it_has(gateway: Gateway) -> None:
    async with gateway.events("?import=i1", Last_Event_ID="i1:1.5") as (_, blocks):
        gateway.snapshots.take(seen("i1", "acme", 9))
        assert (await _next(blocks))[0] == "i1:1.9"
    async with gateway.events("?import=i1", Last_Event_ID="i1:1.5") as (_, blocks):
        assert (await _next(blocks))[0] == "i1:1.9"


async def test_a_quiet_stream_has_a_comment_now_and_then() -> None:
    async with serving(heartbeat=0.05) as gateway, gateway.events("?import=nothing") as (_, blocks):
        async with asyncio.timeout(5):
            assert [await anext(blocks) for _ in range(3)] == [{"": "ping"}] * 3


@pytest.mark.parametrize(
    ("headers", "path", "status"),
    [
        ({}, "/v1/progress/events", 401),
        (authorization("", "operator") | {"Ringback-Tenant": "acme"}, "/v1/progress/events", 403),
        (authorization("", "operator") | {"Ringback-Tenant": "acme"}, "/v1/progress/i1", 403),
        (authorization(import_id="i1"), "/v1/progress/events?import=i2", 403),
        (authorization(import_id="i1"), "/v1/progress/i2", 403),
        (authorization(import_id="i1"), "/v1/progress/i1", 200),
    ],
)
async def test_a_token_opens_what_it_is_for(gateway: Gateway, headers: Any, path: str, status: int) -> None:
    answer = await gateway.client.get(path, headers=headers)
    assert answer.status_code == status
    assert status == 200 or answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["", "?import=i2"])
async def test_a_progress_token_shows_its_import_on_both_ways(gateway: Gateway, query: str) -> None:
    good = token(import_id="i2")
    async with gateway.events(query, Authorization=f"Bearer {good}") as (_, blocks):
        assert (await _next(blocks))[0] == "i2:1.5"
    async with gateway.socket(good, query) as stream:
        assert json.loads(await stream.recv())["import_id"] == "i2"
        gateway.snapshots.take(seen("i1", "acme", 6))
        gateway.snapshots.take(seen("i2", "acme", 6))
        assert json.loads(await stream.recv())["import_id"] == "i2"


@pytest.mark.parametrize("bearer", [token(import_id="i1"), token("", "operator")])
async def test_a_socket_whose_token_opens_something_else_is_closed_with_4403(gateway: Gateway, bearer: str) -> None:
    async with gateway.socket(bearer, "?import=i2") as stream:
        assert await _closed(stream) == 4403


async def test_a_socket_ends_with_its_token(gateway: Gateway) -> None:
    async with gateway.socket(token(hours=2 / 3600), "?import=i1") as stream:
        assert json.loads(await stream.recv())["import_id"] == "i1"
        assert await _closed(stream) == 4401


async def test_events_end_with_their_token(gateway: Gateway) -> None:
    started = time.monotonic()
    async with gateway.events("?import=i1", Authorization=f"Bearer {token(hours=2 / 3600)}") as (_, blocks):
        assert [block.get("id") async for block in blocks] == [None, "i1:1.5"]
    assert time.monotonic() - started < 4


async def test_a_reader_of_events_that_takes_nothing_is_closed_and_holds_up_nobody() -> None:
    async with serving(socket_timeout=0.3) as gateway, gateway.events("?import=i1") as (_, blocks):
        assert (await _next(blocks))[0] == "i1:1.5"
        stalled = socket.socket()
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.connect(("127.0.0.1", gateway.port))
        with stalled:
            asked = f"GET /v1/progress/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n\r\n"
            stalled.sendall(asked.encode())
            stalled.setblocking(False)
            async with asyncio.timeout(5):
                assert await asyncio.get_running_loop().sock_recv(stalled, 12) == b"HTTP/1.1 200"
            for steps in range(6, 10_000):
                gateway.snapshots.take(large(steps))
                gateway.snapshots.take(seen("i1", "acme", steps))
                assert (await _next(blocks))[0] == f"i1:1.{steps}"
                if len(gateway.snapshots._readers) == 1:
                    return
    raise AssertionError("it was never closed")


async def _closed(stream: ClientConnection) -> int:
    try:
        async with asyncio.timeout(5):
            while True:
                await stream.recv()
    except ConnectionClosed as closed:
        assert closed.rcvd is not None
        return closed.rcvd.code


def large(steps: int) -> Snapshot:
    """A few fill what the kernel holds for a reader."""
    snapshot = seen("i2", "acme", steps)
    snapshot.filename = "x" * 30_000
    return snapshot
