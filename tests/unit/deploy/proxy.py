"""Debian's nginx with our template, before one listener for each service that tells what reached it."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from ringback.http.health import QuietServer

TEMPLATE = Path(__file__).parents[3] / "deploy/nginx.conf.template"
SERVICES = {
    "ingest": "RINGBACK_INGEST_API",
    "contacts": "RINGBACK_CONTACTS_API",
    "conversations": "RINGBACK_CONVERSATIONS_API",
    "calls": "RINGBACK_CALLS_API",
    "progress": "RINGBACK_PROGRESS_GATEWAY",
}
BODY_LIMIT = 2_000_000
MAIN = """
daemon off; master_process off; pid {folder}/pid; error_log stderr notice; events {{}}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi; uwsgi_temp_path {folder}/uwsgi;
    include {folder}/ringback.conf;
}}
"""


class Proxy:
    """`half` is set once a listener has seen the beginning of a body; `go_on` lets a half-told answer end."""

    def __init__(self, url: str, log: Path) -> None:
        self.url = url
        self.log = log
        self.serving: dict[str, tuple[QuietServer, asyncio.Task[None]]] = {}
        self.half, self.go_on = asyncio.Event(), asyncio.Event()

    async def end(self, service: str) -> None:
        """Its port is closed afterwards."""
        server, task = self.serving[service]
        server.should_exit = True
        await task


@asynccontextmanager
async def proxy(folder: Path) -> AsyncIterator[Proxy]:
    """nginx, and its five services behind it."""
    [front, *behind] = [_bound() for _ in range(1 + len(SERVICES))]
    address = "{}:{}".format(*front.getsockname())
    running = Proxy(f"http://{address}", folder / "log")
    front.close()
    values = {"RINGBACK_LISTEN": address, "RINGBACK_RESOLVER": "127.0.0.1", "RINGBACK_BODY_LIMIT": str(BODY_LIMIT)}
    values |= {name: "{}:{}".format(*each.getsockname()) for name, each in zip(SERVICES.values(), behind, strict=True)}
    async with asyncio.TaskGroup() as group:
        for service, each in zip(SERVICES, behind, strict=True):
            server = _server(service, running)
            running.serving[service] = server, group.create_task(server.serve(sockets=[each]))
        with _nginx(folder, values, running.log):
            await _answers(running)
            yield running
        for service in SERVICES:
            await running.end(service)


def _bound() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


@contextmanager
def _nginx(folder: Path, values: dict[str, str], log: Path) -> Iterator[None]:
    rendered = re.sub(r"\$\{(RINGBACK_\w+)\}", lambda name: values[name[1]], TEMPLATE.read_text())
    (folder / "ringback.conf").write_text(rendered)
    main = folder / "nginx.conf"
    main.write_text(MAIN.format(folder=folder))
    with log.open("wb") as out:
        process = subprocess.Popen([_program(), "-p", str(folder), "-c", str(main)], stdout=out, stderr=out)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def _program() -> str:
    """Debian's lies where only root looks."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None and "CI" not in os.environ:
        pytest.skip("nginx is not installed here; on Debian it is nginx-light")
    assert found, "nginx is missing"
    return found


async def _answers(running: Proxy) -> None:
    async with httpx2.AsyncClient(trust_env=False) as client, asyncio.timeout(10):
        while True:
            try:
                assert (await client.get(f"{running.url}/livez")).status_code == 200, running.log.read_text()
                return
            except httpx2.ConnectError:
                await asyncio.sleep(0.02)


def _server(service: str, running: Proxy) -> QuietServer:
    async def tell(request: Request) -> Response:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if chunk:
                running.half.set()
        told = {"service": service, "path": request.scope["raw_path"].decode(), "size": size}
        return JSONResponse(told | {"authorization": request.headers.get("authorization")})

    async def stream(_: Request) -> Response:
        async def lines() -> AsyncIterator[str]:
            yield "data: first\n\n"
            await running.go_on.wait()
            yield "data: last\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")

    async def meet(socket: WebSocket) -> None:
        await socket.accept(socket.scope["subprotocols"][0])
        await socket.send_text(service)
        await socket.close()

    routes = [
        Route("/v1/progress/slowly", stream),
        WebSocketRoute("/{rest:path}", meet),
        Route("/{rest:path}", tell, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]
    config = uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    return QuietServer(config)
