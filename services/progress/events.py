"""`GET /v1/progress/events`: the websocket's snapshots as server-sent events, for whatever passes no websocket.

The token comes in the Authorization header and never in the query, so a browser reads this by `fetch`, not EventSource.
FastAPI has server-sent events of its own, but no limit on how long a reader may take nothing, and no end at a time.
"""

import asyncio
from typing import Annotated

import structlog
from fastapi import Depends, Header, Query
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ringback.http.auth import Caller, bearer
from services.progress.settings import GatewaySettings
from services.progress.snapshots import Message, Slots, Snapshots
from services.progress.watching import Expired, until_either_ends, watched

log = structlog.get_logger()

#: nginx would keep the events back until its buffer is full.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
DESCRIBED = {"description": "A snapshot an event", "content": {"text/event-stream": {"schema": {"type": "string"}}}}

Only = Annotated[str | None, Query(alias="import", description="Of one import alone; without it, of all the tenant's.")]
LastEventId = Annotated[str | None, Header(description="The newest event that the reader has; it is not sent again.")]


class EventStream(Response):
    """First each import as it stands, then each change; ends with the token, or when the reader takes nothing."""

    media_type = "text/event-stream"

    def __init__(self, snapshots: Snapshots, settings: GatewaySettings, who: Caller, only: str | None) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._snapshots, self._settings, self._who, self._only = snapshots, settings, who, only
        self.seen: str | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A stalled reader's response is left unended: what is not whole, the server cuts off."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        with self._snapshots.reader(self._who.tenant, self._only, self.seen) as slots:
            try:
                await until_either_ends(self._send(send, slots), _listen(receive), self._who)
            except Expired:
                await send({"type": "http.response.body", "body": b""})

    async def _send(self, send: Send, slots: Slots) -> None:
        """The comment first: so the reader's side knows at once that it is connected."""
        event = KEEPALIVE_COMMENT
        try:
            while True:
                async with asyncio.timeout(self._settings.socket_timeout):
                    await send({"type": "http.response.body", "body": event, "more_body": True})
                event = await self._next(slots)
        except TimeoutError:
            log.info("stalled_reader_closed")

    async def _next(self, slots: Slots) -> bytes:
        """A comment where nothing happens, so that proxies keep the connection."""
        try:
            async with asyncio.timeout(self._settings.heartbeat):
                return _event(await slots.take())
        except TimeoutError:
            return KEEPALIVE_COMMENT


async def follow(
    request: Request, who: Annotated[Caller, Depends(bearer)], only: Only = None, last_event_id: LastEventId = None
) -> EventStream:
    """Snapshots as they come, each with an `id` of import and revision; a comment now and then in between."""
    state = request.app.state
    stream = EventStream(state.snapshots, state.settings, who, watched(who, only))
    stream.seen = last_event_id
    return stream


def _event(message: Message) -> bytes:
    return format_sse_event(data_str=message.body.decode(), id=message.id)


async def _listen(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
