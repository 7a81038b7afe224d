"""Conversations and their messages as a tenant reads them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, FastAPI, Path, Query, Request

from ringback.http.app import with_database
from ringback.http.auth import Authenticated
from ringback.http.paging import DEFAULT_LIMIT, STORABLE, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from ringback.runtime.settings import HttpSettings
from services.conversations import queries
from services.conversations.settings import ConversationsSettings
from services.conversations.views import ConversationView, MessageView, conversation_views, message_views

router = APIRouter(prefix="/v1/conversations", tags=["conversations"])

Participant = Annotated[
    str | None, Query(max_length=16, pattern=STORABLE, description="Only conversations that it takes part in.")
]
ConversationId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("")
async def list_conversations(
    request: Request,
    caller: Authenticated,
    participant: Participant = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ConversationView]:
    """In the order in which they came to be."""
    after = decode_cursor(cursor, tuple[int])
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        rows = (await session.execute(queries.page(after, limit + 1, participant))).all()
        further = (await session.execute(queries.further_ids([row.id for row in rows]))).all()
    items = conversation_views(rows, further)
    return Page(items=items[:limit], next_cursor=encode_cursor((items[limit - 1].id,)) if len(items) > limit else None)


@router.get("/{conversation_id}", responses=documented(404))
async def get_conversation(
    request: Request, caller: Authenticated, conversation_id: ConversationId
) -> ConversationView:
    """404 where it is another tenant's."""
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        rows = (await session.execute(queries.one(conversation_id))).all()
        further = (await session.execute(queries.further_ids([row.id for row in rows]))).all()
    if not rows:
        raise _unknown(conversation_id)
    return conversation_views(rows, further)[0]


@router.get("/{conversation_id}/messages", responses=documented(404))
async def list_messages(
    request: Request,
    caller: Authenticated,
    conversation_id: ConversationId,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[MessageView]:
    """By time. A message that names no conversation is with that of its numbers (rules §4)."""
    after = decode_cursor(cursor, tuple[datetime, int])
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        if not (await session.execute(queries.one(conversation_id))).all():
            raise _unknown(conversation_id)
        rows = (await session.execute(queries.messages_of(conversation_id, after, limit + 1))).all()
        further = (await session.execute(queries.further_message_ids([row.id for row in rows]))).all()
    items = message_views(rows, further)
    last = items[limit - 1] if len(items) > limit else None
    return Page(items=items[:limit], next_cursor=encode_cursor((last.sent_at, last.id)) if last else None)


def _unknown(conversation_id: int) -> Problem:
    return Problem(404, "Not Found", f"There is no conversation {conversation_id}.")


def create_app() -> FastAPI:
    """Settings come from the environment."""
    app = with_database("conversations", ConversationsSettings().api_dsn, HttpSettings())
    app.include_router(router)
    return app
