"""Serving an app on loopback until a signal: one place that knows uvicorn's and the kernel's limits."""

import asyncio
import signal
import socket

import uvicorn
import uvloop
from starlette.types import ASGIApp

from ringback.http.health import QuietServer, Readiness, serve_health
from ringback.runtime.settings import HttpSettings

#: A peer that takes nothing for so long is cut off by the kernel, with what was still to be sent to it (fault 9): a
#: close from here would wait for it for ever. Websocket pings find the ones with room left in their buffers.
STALLED_SECONDS = 30
PING_SECONDS = STALLED_SECONDS / 2
#: Of a drain; open websockets are told (1012) and come back.
DRAIN_SECONDS = 2


def listener(host: str, port: int) -> socket.socket:
    """A bound socket whose connections inherit its timeout; port 0 takes a free one."""
    bound = socket.create_server((host, port), backlog=1024)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED_SECONDS * 1000)
    return bound


async def serve(app: ASGIApp, bound: socket.socket) -> None:
    """Until SIGTERM or SIGINT, then drains; ends within DRAIN_SECONDS and the app's own shutdown."""
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        ws_max_size=65_536,
        ws_per_message_deflate=False,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    server = QuietServer(config)
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, setattr, server, "should_exit", True)
    await server.serve(sockets=[bound])


async def _serve(app: ASGIApp, settings: HttpSettings, readiness: Readiness) -> None:
    async with serve_health(settings.health_host, settings.health_port, readiness):
        await serve(app, listener(settings.http_host, settings.http_port))


def run(app: ASGIApp, settings: HttpSettings, readiness: Readiness) -> None:
    """The whole life of a process with an API; beside it, where there is a port for them, health and metrics."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(app, settings, readiness))
