"""Which requests are written to the audit log, and both their rows."""

from urllib.parse import quote
from uuid import uuid4

import asyncpg
import structlog
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ringback.http.problems import Problem
from ringback.http.tokens import OPERATOR, Caller
from ringback.postgres import audit

log = structlog.get_logger()

READING = frozenset({"GET", "HEAD", "OPTIONS"})
_ENTRY = "ringback.audit"


async def note(request: Request, who: Caller) -> None:
    """Writes the row before: of whatever an operator asks, and of whatever anybody may change.

    Where it cannot be written nothing is done: a database that is away makes it a 503, and an operator is refused (403)
    by a service without one. An app's database is on `app.state.engine`.
    """
    engine = getattr(request.app.state, "engine", None)
    if who.role != OPERATOR and (engine is None or request.method in READING):
        return
    if engine is None:
        raise unaudited()
    await take_down(request, who)


async def take_down(request: Request, who: Caller) -> None:
    """Writes the row before, once, also of a reading that `note` passes over, by a service that has a database."""
    if _ENTRY in request.scope:
        return
    entry = audit.Entry(
        tenant_id=who.tenant,
        request_id=uuid4(),
        subject=who.subject,
        role=who.role,
        action=f"{request.method} {request.scope['route'].path}",
        # As it came, percent-encoded: decoded it may hold U+0000, which no table keeps.
        path=quote(request.scope["path"]),
        address=request.client.host if request.client else None,
    )
    await audit.write(request.app.state.engine, entry)
    request.scope[_ENTRY] = entry


def unaudited() -> Problem:
    """What an operator is told where its request could not be written down."""
    return Problem(
        403,
        "Forbidden",
        "No audit log is kept here, so operators are not served. For an import's progress take a token from "
        "POST /v1/imports/{import_id}/progress-token.",
    )


class AuditedAnswers:
    """ASGI middleware: writes the row after, before the answer goes out."""

    def __init__(self, app: ASGIApp, served: FastAPI) -> None:
        self._app, self._served = app, served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request that no answer came of, since it failed in a way that is nobody's, is written as a 500."""
        answered = False

        async def noting(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start" and not answered:
                answered = True
                await self._answered(scope, message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            if not answered:
                await self._answered(scope, 500)

    async def _answered(self, scope: Scope, status: int) -> None:
        """What was done is done: if this row cannot be written, the log of this process has to tell it."""
        entry = scope.get(_ENTRY)
        if entry is None:
            return
        try:
            await audit.write(self._served.state.engine, entry, status)
        except (DBAPIError, asyncpg.PostgresError, OSError) as error:
            log.error("audit_answer_unwritten", status=status, error=repr(error), **_told(entry))


def _told(entry: audit.Entry) -> dict[str, object]:
    return {**entry._asdict(), "request_id": str(entry.request_id)}
