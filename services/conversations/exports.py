"""Conversations and messages as files that an import reads back."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Row as Stored
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from ringback.exports import keyed, route, templates
from ringback.exports.cells import Row, custom, listed, moment
from ringback.exports.filling import Kind
from ringback.exports.identity import named
from ringback.exports.parties import parties
from ringback.http.auth import Authenticated
from services.conversations.tables import conversations, messages

router = APIRouter(prefix="/v1", tags=["exports"])


@router.get("/exports/conversations", **route.DOCUMENTED)
async def export_conversations(asked: route.Asked, of: keyed.Filters) -> Response:
    """In the order in which they came to be, as an import reads them back; those that messages alone speak of come
    back with these."""
    query = keyed.matching(conversations, of).where(~conversations.records.c.is_stub)
    return await route.answer(asked, CONVERSATIONS, query)


@router.get("/exports/messages", **route.DOCUMENTED)
async def export_messages(asked: route.Asked, of: keyed.Filters) -> Response:
    """Messages in the order in which they came to be, as an import reads them back."""
    return await route.answer(asked, MESSAGES, keyed.matching(messages, of))


@router.get("/templates/conversations", **templates.DOCUMENTED)
async def get_conversations_template(_: Authenticated, format: templates.InFormat = "csv") -> Response:
    """An empty table of conversations but for an example, to be filled in and imported."""
    return templates.answer(CONVERSATIONS, CONVERSATION, format)


@router.get("/templates/messages", **templates.DOCUMENTED)
async def get_messages_template(_: Authenticated, format: templates.InFormat = "csv") -> Response:
    """An empty table of messages but for an example, to be filled in and imported."""
    return templates.answer(MESSAGES, MESSAGE, format)


async def _conversations(connection: AsyncConnection, stored: Sequence[Stored[Any]], source: str) -> list[Row]:
    ids = await keyed.told_ids(connection, conversations, stored, source)
    return [_conversation(each, ids[each.id]) for each in stored]


def _conversation(stored: Stored[Any], external_id: str | None) -> Row:
    return {
        "external_conversation_id": external_id,
        "contact_phone": stored.participants,
        "our_number": stored.our_number,
        "started_at": moment(stored.started_at),
        "last_message_at": moment(stored.last_message_at),
        "status": stored.status,
        "name": stored.name,
        **custom(stored.custom),
        "created_at": moment(stored.created_at),
    }


async def _messages(connection: AsyncConnection, stored: Sequence[Stored[Any]], source: str) -> list[Row]:
    ids = await keyed.told_ids(connection, messages, stored, source)
    return [_message(each, ids[each.id], source) for each in stored]


def _message(stored: Stored[Any], external_id: str | None, source: str) -> Row:
    return {
        "external_message_id": external_id,
        "external_conversation_id": named(source, stored.conversation_source, stored.external_conversation_id),
        **parties(stored.our_number, stored.participants, stored.direction, stored.sender),
        "body": stored.body,
        "sent_at": moment(stored.sent_at),
        "status": stored.status,
        "media_urls": listed(stored.media_urls),
        **custom(stored.custom),
        "created_at": moment(stored.created_at),
    }


#: Columns in the order of the rules' table.
CONVERSATIONS = Kind(
    "conversations",
    (
        *("external_conversation_id", "contact_phone", "our_number", "started_at", "last_message_at"),
        *("status", "name"),
    ),
    _conversations,
)
MESSAGES = Kind(
    "messages",
    (
        *("external_message_id", "external_conversation_id", "from", "to", "direction", "body", "sent_at"),
        *("status", "media_urls"),
    ),
    _messages,
)

CONVERSATION: Row = {
    "external_conversation_id": "conversation-1",
    "contact_phone": ["+14155550123", "+14155550124"],
    "our_number": "+14155550100",
    "started_at": "2026-01-15T09:30:00Z",
    "last_message_at": "2026-01-15T09:41:00Z",
    "status": "open",
    "name": "Saturday's visit",
}
MESSAGE: Row = {
    "external_message_id": "message-1",
    "external_conversation_id": "conversation-1",
    "from": "+14155550123",
    "to": ["+14155550100", "+14155550124"],
    "direction": "inbound",
    "body": "Are you open on Saturday?",
    "sent_at": "2026-01-15T09:30:00Z",
    "status": "received",
    "media_urls": ["https://example.com/door.jpg", "https://example.com/sign.jpg"],
}
