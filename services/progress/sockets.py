"""`WS /v1/progress/ws`: snapshots as they come.

The token comes in the subprotocol list, `["ringback.v1", "bearer.<jwt>"]` (or the bare token), or in an Authorization
header; never in the query, which ends up in logs. Without a good one the socket is accepted and closed with 4401, as it
is when the token expires: a browser is told a close code, but not why a handshake failed.
"""

import asyncio
from typing import Annotated

import structlog
from fastapi import Query, WebSocket, WebSocketDisconnect

from ringback.http.auth import Caller, InvalidToken, ProviderAway, Verifier
from ringback.http.problems import Problem
from services.progress.snapshots import Slots
from services.progress.watching import Expired, until_either_ends, watched

log = structlog.get_logger()

SUBPROTOCOL = "ringback.v1"
UNAUTHORIZED, FORBIDDEN, TRY_AGAIN_LATER = 4401, 4403, 1013


async def watch(socket: WebSocket, only: Annotated[str | None, Query(alias="import")] = None) -> None:
    """A message for each import as it stands, then one for each change; what a client sends is not listened to."""
    offered = socket.scope["subprotocols"]
    await socket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
    try:
        who = await _caller(socket, offered)
        with socket.app.state.snapshots.reader(who.tenant, watched(who, only)) as slots:
            await until_either_ends(_send(socket, slots), _listen(socket), who)
    except InvalidToken:
        await socket.close(UNAUTHORIZED, "a good token is needed")
    except Expired:
        await socket.close(UNAUTHORIZED, "the token has expired")
    except Problem:
        await socket.close(FORBIDDEN, "this token does not open that")
    except ProviderAway:
        await socket.close(TRY_AGAIN_LATER, "the identity provider is away")


async def _caller(socket: WebSocket, offered: list[str]) -> Caller:
    tokens = [each.removeprefix("bearer.") for each in offered if each != SUBPROTOCOL]
    scheme, _, credentials = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        tokens.append(credentials.strip())
    verifier: Verifier = socket.app.state.verifier
    return await verifier.caller(tokens[0] if tokens else "")


async def _send(socket: WebSocket, slots: Slots) -> None:
    """Ends when the reader has taken nothing for so long, or is gone."""
    try:
        while True:
            message = await slots.take()
            async with asyncio.timeout(socket.app.state.settings.socket_timeout):
                await socket.send_text(message.body.decode())
    except TimeoutError:
        log.info("stalled_reader_closed")
    except WebSocketDisconnect:
        pass


async def _listen(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
