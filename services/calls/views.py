"""A call as the API shows it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row

from ringback.http.externals import ExternalId, external_ids


class CallView(BaseModel):
    """`participants` are the other side, sorted; `duration_seconds` are whole seconds."""

    id: int
    our_number: str
    participants: list[str]
    direction: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    duration_seconds: int | None
    status: str | None
    recording_url: str | None
    voicemail_url: str | None
    transcript: str | None
    summary: str | None
    external_conversation_id: str | None
    custom: dict[str, str]
    external_ids: list[ExternalId]
    import_id: UUID | None
    created_at: datetime
    updated_at: datetime


def call_views(rows: Iterable[Row[Any]], further: Iterable[Row[Any]]) -> list[CallView]:
    """Rows of calls with the external ids that are not inline."""
    ids = external_ids(rows := list(rows), further)
    return [
        CallView.model_validate({**row._mapping, "custom": row.custom or {}, "external_ids": ids[row.id]})
        for row in rows
    ]
