"""Conversations and messages as the API shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row

from ringback.http.externals import ExternalId, external_ids


class ConversationView(BaseModel):
    """`is_stub`: so far only messages speak of it. `participants` are the other side, sorted."""

    id: int
    our_number: str | None
    participants: list[str]
    started_at: datetime | None
    last_message_at: datetime | None
    status: str | None
    name: str | None
    is_stub: bool
    custom: dict[str, str]
    external_ids: list[ExternalId]
    import_id: UUID | None
    created_at: datetime
    updated_at: datetime


class MessageView(BaseModel):
    """`sender` says who of several participants wrote an inbound message, where that is known."""

    id: int
    our_number: str
    participants: list[str]
    direction: str
    sender: str | None
    body: str | None
    sent_at: datetime
    status: str | None
    media_urls: list[str]
    external_conversation_id: str | None
    custom: dict[str, str]
    external_ids: list[ExternalId]
    import_id: UUID | None
    created_at: datetime
    updated_at: datetime


def conversation_views(rows: Iterable[Row[Any]], further: Iterable[Row[Any]]) -> list[ConversationView]:
    """Rows of conversations with the external ids that are not inline."""
    ids = external_ids(rows := list(rows), further)
    return [
        ConversationView.model_validate({**row._mapping, "custom": row.custom or {}, "external_ids": ids[row.id]})
        for row in rows
    ]


def message_views(rows: Iterable[Row[Any]], further: Iterable[Row[Any]]) -> list[MessageView]:
    """Rows of messages with the external ids that are not inline."""
    ids = external_ids(rows := list(rows), further)
    return [
        MessageView.model_validate({**row._mapping, "custom": row.custom or {}, "external_ids": ids[row.id]})
        for row in rows
    ]
