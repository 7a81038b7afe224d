"""`/livez` and `/readyz` of a process without an API of its own, from inside its event loop.

It answers only while the loop turns, so that a worker that hangs is seen to.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass
class Readiness:
    """Set by the process itself; `why` tells people what it waits for."""

    ready: bool = False
    why: str | None = None

    def response(self) -> JSONResponse:
        """What `/readyz` answers."""
        return JSONResponse({"ready": self.ready, "why": self.why}, 200 if self.ready else 503)


class QuietServer(uvicorn.Server):
    """A uvicorn that leaves the signals to the process around it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tells that the port is open; where it is taken, uvicorn ends the process."""
        await super().startup(sockets)
        self.up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """In place of uvicorn's, which would take SIGTERM away from the worker."""
        yield


def health_app(readiness: Readiness) -> ASGIApp:
    """Two paths; anything else is a 404."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        answers = {"/livez": Readiness(ready=True), "/readyz": readiness}
        answer = answers.get(scope["path"])
        response = answer.response() if answer else JSONResponse({"title": "Not Found"}, 404)
        await response(scope, receive, send)

    return app


@asynccontextmanager
async def serve_health(host: str, port: int | None, readiness: Readiness) -> AsyncIterator[None]:
    """Serves on `host`:`port` while the block runs; does nothing where `port` is None."""
    if port is None:
        yield
        return
    config = uvicorn.Config(
        health_app(readiness),
        host=host,
        port=port,
        lifespan="off",
        log_config=None,
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=1,
    )
    server = QuietServer(config)
    serving = asyncio.create_task(server.serve())
    try:
        await server.up.wait()
        yield
    finally:
        server.should_exit = True
        await serving
