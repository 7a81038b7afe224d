"""`/livez`, `/readyz` and `/metrics` of a process, on a port that is nobody's but the operators', from inside its loop.

It answers only while the loop turns, so that a worker that hangs is seen to. An API's own port has the first two as
well, but no metrics: what an operator may see is not for tenants.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ringback.runtime import metrics

#: Raises OSError where what it asks for is away.
Ask = Callable[[], Awaitable[object]]
#: Seconds; what has not answered by then is away.
PATIENCE = 4.0


@dataclass
class Readiness:
    """Set by the process itself; `why` tells people what it waits for.

    What it needs is asked each time, by name: an idle process does not notice that its database is away.
    """

    ready: bool = False
    why: str | None = None
    asks: dict[str, Ask] = field(default_factory=dict)

    async def why_not(self) -> str | None:
        """None where it is ready."""
        if not self.ready:
            return self.why or "starting"
        answers = await asyncio.gather(*(_away(ask) for ask in self.asks.values()))
        return "; ".join(f"{name}: {away}" for name, away in zip(self.asks, answers, strict=True) if away) or None

    async def response(self) -> JSONResponse:
        """What `/readyz` answers."""
        why = await self.why_not()
        return JSONResponse({"ready": why is None, "why": why}, 503 if why else 200)


async def _away(ask: Ask) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE):
            await ask()
    except TimeoutError:
        return f"no answer in {PATIENCE} s"
    except OSError as error:
        return str(error) or type(error).__name__
    return None


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
    """Three paths; anything else is a 404."""

    async def measured() -> Response:
        metrics.READY.set(readiness.ready)
        return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)

    answers = {"/livez": Readiness(ready=True).response, "/readyz": readiness.response, "/metrics": measured}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        answer = answers.get(scope["path"])
        response = await answer() if answer else JSONResponse({"title": "Not Found"}, 404)
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
