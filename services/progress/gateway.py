"""`/v1/progress`: an import's snapshot, and a websocket that shows every change.

The websocket's token comes in its subprotocol list, `["ringback.v1", "bearer.<jwt>"]` (or the bare token), or in an
Authorization header; never in the query, which ends up in logs. Without a good one it is accepted and closed with 4401,
since a browser is told a close code, but not why a handshake failed.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import structlog
from fastapi import FastAPI, Query, WebSocket, WebSocketDisconnect
from starlette.requests import Request
from starlette.responses import Response

from ringback.http.app import make_app
from ringback.http.auth import Authenticated, Caller, InvalidToken, Verifier
from ringback.http.problems import Problem
from services.progress.settings import GatewaySettings
from services.progress.snapshots import Slots, Snapshots
from services.progress.tail import Tail

log = structlog.get_logger()

SUBPROTOCOL = "ringback.v1"
UNAUTHORIZED = 4401
FORBIDDEN = 4403


def create_app(settings: GatewaySettings | None = None) -> FastAPI:
    """Any number of these may run; each follows the whole topic."""
    settings = settings or GatewaySettings.model_validate({})
    app = make_app("progress", _lifespan, settings)
    app.state.settings, app.state.snapshots = settings, Snapshots()
    app.state.readiness.ready, app.state.readiness.why = False, "reading progress.v1"
    app.add_api_route("/v1/progress/{import_id}", read, methods=["GET"], summary="An import's progress")
    app.add_api_websocket_route("/v1/progress/ws", watch)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    tailing = asyncio.create_task(Tail(app.state.settings, app.state.snapshots, app.state.readiness).run())
    tailing.add_done_callback(_ended)
    yield
    tailing.cancel()
    await asyncio.wait([tailing])


def _ended(tailing: asyncio.Task[None]) -> None:
    """A surprise in the background ends the process, as one in the foreground would."""
    if not tailing.cancelled():
        log.critical("tail_ended", exc_info=tailing.exception())
        os.kill(os.getpid(), signal.SIGTERM)


async def read(import_id: str, who: Authenticated, request: Request) -> Response:
    """The newest snapshot; 404 also for another tenant's import."""
    message = request.app.state.snapshots.message(who.tenant, import_id)
    if message is not None:
        return Response(message, media_type="application/json")
    if not request.app.state.readiness.ready:
        raise Problem(503, "Progress is not known yet", headers={"Retry-After": "1"})
    raise Problem(404, "Not Found", "There is no such import")


async def watch(socket: WebSocket, only: Annotated[str | None, Query(alias="import")] = None) -> None:
    """A message for each import as it stands, then one for each change; what a client sends is not listened to."""
    offered = socket.scope["subprotocols"]
    await socket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
    try:
        who = await _caller(socket, offered)
    except InvalidToken:
        await socket.close(UNAUTHORIZED, "a good token is needed")
        return
    if not who.tenant or who.import_id is not None:
        await socket.close(FORBIDDEN, "this token does not open it")
        return
    with socket.app.state.snapshots.reader(who.tenant, only) as slots:
        await _until_either_ends(socket, slots)


async def _caller(socket: WebSocket, offered: list[str]) -> Caller:
    tokens = [each.removeprefix("bearer.") for each in offered if each != SUBPROTOCOL]
    scheme, _, credentials = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        tokens.append(credentials.strip())
    verifier: Verifier = socket.app.state.verifier
    return await verifier.caller(tokens[0] if tokens else "")


async def _until_either_ends(socket: WebSocket, slots: Slots) -> None:
    ends = {asyncio.create_task(_send(socket, slots)), asyncio.create_task(_listen(socket))}
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in ends:
            each.cancel()
        await asyncio.wait(ends)
    for each in ends:
        if not each.cancelled():
            each.result()


async def _send(socket: WebSocket, slots: Slots) -> None:
    """Ends when the reader has taken nothing for so long, or is gone."""
    try:
        while True:
            message = await slots.take()
            async with asyncio.timeout(socket.app.state.settings.socket_timeout):
                await socket.send_text(message.decode())
    except TimeoutError:
        log.info("stalled_reader_closed")
    except WebSocketDisconnect:
        pass


async def _listen(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
