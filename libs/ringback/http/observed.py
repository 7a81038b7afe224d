"""What is told of each request: one line in the log, its metrics, and its span; by its route's template alone.

A path may name an import, a query may hold what is nobody's business, a header the token: none of them is written down.
"""

from time import monotonic
from uuid import UUID, uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ringback.runtime import metrics, tracing

log = structlog.get_logger()

REQUEST_ID = "x-request-id"
#: Asked every few seconds, by whoever keeps us running.
QUIET = frozenset({"/livez", "/readyz"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Observed:
    """ASGI middleware around all of an app. The request's id is the answer's `X-Request-Id`, and on every line."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"] in QUIET:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        structlog.contextvars.clear_contextvars()
        scope["ringback.request_id"] = told = request_id(headers.get(REQUEST_ID))
        structlog.contextvars.bind_contextvars(request_id=str(told))
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        with tracing.span(scope["method"], "server", headers.get(tracing.HEADER)):
            await self._answered(scope, receive, send)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A surprise is a 500, which the layers around us answer and log."""
        began, status = monotonic(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = str(scope["ringback.request_id"])
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            _tell(scope, status, monotonic() - began)


def request_id(offered: str | None) -> UUID:
    """A proxy's, if it is a UUID in any spelling (nginx's is); else one of our own."""
    try:
        return UUID(offered) if offered else uuid4()
    except ValueError:
        return uuid4()


def _tell(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", None) or "unmatched"
    method = scope["method"] if scope["method"] in METHODS else "OTHER"
    metrics.REQUESTS.labels(method, route, status).inc()
    metrics.REQUEST_SECONDS.labels(method, route).observe(seconds)
    tracing.note(f"{method} {route}", **{"http.route": route, "http.response.status_code": status})
    log.info("http_request", method=method, route=route, status=status, ms=round(seconds * 1_000, 1))
