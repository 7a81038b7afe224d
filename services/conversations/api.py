"""Conversations and messages as a tenant reads them."""

from datetime import datetime

from fastapi import APIRouter, FastAPI

from ringback.events import Conversation, Message
from ringback.exports.route import install
from ringback.http.app import with_database
from ringback.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode_cursor
from ringback.http.problems import documented
from ringback.http.records import Asking, OfPage, RecordId, Records
from ringback.http.undo import Undoable, preview_route
from ringback.runtime.settings import HttpSettings
from services.conversations import exports, queries, tables, undo
from services.conversations.records import ConversationRecord, MessageRecord
from services.conversations.settings import ConversationsSettings
from services.conversations.views import ConversationView, MessageView

CONVERSATIONS = Records(tables.conversations, tables.contributions.contributions, ConversationView, "conversation")
MESSAGES = Records(
    tables.messages, tables.contributions.contributions, MessageView, "message", queries.conversations_of
)

UNDOABLE = (
    Undoable(
        "conversations",
        tables.ledger,
        tables.conversations.records,
        tables.contributions.contributions,
        ConversationRecord,
        Conversation,
        undo.CONVERSATIONS.refold,
    ),
    Undoable(
        "messages",
        tables.ledger,
        tables.messages.records,
        tables.contributions.contributions,
        MessageRecord,
        Message,
        undo.MESSAGES.refold,
    ),
)

conversations = APIRouter(prefix="/v1/conversations", tags=["conversations"])
messages = APIRouter(prefix="/v1/messages", tags=["messages"])

for _router, _kind in zip((conversations, messages), UNDOABLE, strict=True):
    preview_route(_router, _kind)


@conversations.get("")
async def list_conversations(asked: Asking, listing: OfPage) -> Page[ConversationView]:
    """In the order in which they came to be, of all or of an import; of participants, those last that came first."""
    return await CONVERSATIONS.page(asked, listing)


@conversations.get("/{conversation_id}", responses=documented(404))
async def get_conversation(asked: Asking, conversation_id: RecordId) -> ConversationView:
    """404 where it is another tenant's."""
    return await CONVERSATIONS.one(asked, conversation_id)


@conversations.get("/{conversation_id}/messages", responses=documented(404))
async def list_messages_of_conversation(
    asked: Asking, conversation_id: RecordId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[MessageView]:
    """By time, the oldest first. A message that names no conversation is with that of its numbers (rules §4)."""
    after = decode_cursor(cursor, tuple[datetime, int])
    async with asked.session() as session:
        if not (await session.execute(queries.one(conversation_id))).all():
            raise CONVERSATIONS.unknown(conversation_id)
    query = queries.messages_of(conversation_id, after, limit + 1)
    return await MESSAGES.page_of(asked, query, limit, ("sent_at", "id"))


@messages.get("")
async def list_messages(asked: Asking, listing: OfPage) -> Page[MessageView]:
    """In the order in which they came to be, of all or of an import; of participants, the newest first.

    With or without a conversation.
    """
    return await MESSAGES.page(asked, listing)


@messages.get("/{message_id}", responses=documented(404))
async def get_message(asked: Asking, message_id: RecordId) -> MessageView:
    """404 where it is another tenant's."""
    return await MESSAGES.one(asked, message_id)


def create_app() -> FastAPI:
    """Settings come from the environment."""
    app = with_database("conversations", ConversationsSettings().api_dsn, HttpSettings())
    app.include_router(conversations)
    app.include_router(messages)
    install(app, exports.router)
    return app
