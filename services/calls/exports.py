"""Calls as a file that an import reads back."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Row as Stored
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from ringback.exports import keyed, route, templates
from ringback.exports.cells import Row, custom, moment, written
from ringback.exports.filling import Kind
from ringback.exports.identity import named
from ringback.exports.parties import parties
from ringback.http.auth import Authenticated
from services.calls.tables import calls

router = APIRouter(prefix="/v1", tags=["exports"])

#: Columns that are as they are stored.
PLAIN = ("duration_seconds", "status", "recording_url", "voicemail_url", "transcript", "summary")
_plain = attrgetter(*PLAIN)


@router.get("/exports/calls", **route.DOCUMENTED)
async def export_calls(asked: route.Asked, of: keyed.Filters) -> Response:
    """Calls in the order in which they came to be, as an import reads them back."""
    return await route.answer(asked, CALLS, keyed.matching(calls, of))


@router.get("/templates/calls", **templates.DOCUMENTED)
async def get_calls_template(_: Authenticated, format: templates.InFormat = "csv") -> Response:
    """An empty table of calls but for an example, to be filled in and imported."""
    return templates.answer(CALLS, EXAMPLE, format)


async def _rows(connection: AsyncConnection, stored: Sequence[Stored[Any]], source: str) -> list[Row]:
    ids = await keyed.told_ids(connection, calls, stored, source)
    return [_row(each, ids[each.id], source) for each in stored]


def _row(stored: Stored[Any], external_id: str | None, source: str) -> Row:
    sides = parties(stored.our_number, stored.participants, stored.direction)
    return {
        "external_call_id": external_id,
        "external_conversation_id": named(source, stored.conversation_source, stored.external_conversation_id),
        # A call has one number there; of a conference an import says that it is none.
        **{name: written(cell) for name, cell in sides.items()},
        "started_at": moment(stored.started_at),
        "answered_at": moment(stored.answered_at),
        "ended_at": moment(stored.ended_at),
        **dict(zip(PLAIN, _plain(stored), strict=True)),
        **custom(stored.custom),
        "created_at": moment(stored.created_at),
    }


#: Columns in the order of the rules' table.
CALLS = Kind(
    "calls",
    (
        *("external_call_id", "external_conversation_id", "from", "to", "direction"),
        *("started_at", "answered_at", "ended_at", *PLAIN),
    ),
    _rows,
)

EXAMPLE: Row = {
    "external_call_id": "call-1",
    "external_conversation_id": "conversation-1",
    "from": "+14155550123",
    "to": "+14155550100",
    "direction": "inbound",
    "started_at": "2026-01-15T09:30:00Z",
    "answered_at": "2026-01-15T09:30:07Z",
    "ended_at": "2026-01-15T09:32:37Z",
    "duration_seconds": 150,
    "status": "completed",
    "recording_url": "https://example.com/recordings/call-1.mp3",
    "voicemail_url": "https://example.com/voicemails/call-1.mp3",
    "transcript": "Ada: Are you open on Saturday?\nWe are, until noon.",
    "summary": "Asked when we are open on Saturdays.",
}
