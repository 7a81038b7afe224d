"""A contact's history: a page of messages and one of calls, as their services have them, merged by time."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel
from starlette.requests import Request

from ringback.http.paging import encode_cursor
from ringback.http.participants import in_parts, named
from ringback.http.peers import PeerAway
from ringback.http.problems import Problem
from services.contacts.views import ContactView

Kind = Literal["call", "message"]


class Source(NamedTuple):
    """Who keeps records of a kind, where it lists them, and the field that orders them."""

    peer: str
    path: str
    time: str


SOURCES: Mapping[Kind, Source] = {
    "call": Source("calls", "/v1/calls", "started_at"),
    "message": Source("conversations", "/v1/messages", "sent_at"),
}


class Position(NamedTuple):
    """Where an entry stands: the greatest is the newest. At equal times messages stand before calls."""

    at: datetime
    kind: Kind
    id: int


class Entry(NamedTuple):
    """A record with its place."""

    position: Position
    record: dict[str, Any]


class Fetched(NamedTuple):
    """A page of one source, the newest first, and whether it has more behind it."""

    entries: Sequence[Entry]
    more: bool


class Item(BaseModel):
    """One message or call. `record` is what `GET /v1/messages/{id}` or `GET /v1/calls/{id}` shows of it."""

    kind: Kind
    at: datetime
    record: dict[str, Any]


def start(kind: Kind, after: Position | None) -> tuple[datetime, int] | None:
    """Behind which (time, id) the records of a kind go on, where the page before ended at `after`."""
    if after is None:
        return None
    if kind == after.kind:
        return after.at, after.id
    # At that very time, a kind that stands before `after` is through; of one that stands behind it nothing was shown.
    return after.at, 0 if kind > after.kind else 2**63 - 1


def merged(pages: Iterable[Fetched], limit: int) -> tuple[list[Entry], bool]:
    """The newest of all, each once, and whether there are more. Each page is of `limit` or of all that there is."""
    pages = list(pages)
    entries = {entry.position: entry for page in pages for entry in page.entries}
    newest = [entries[position] for position in sorted(entries, reverse=True)]
    return newest[:limit], len(newest) > limit or any(page.more for page in pages)


def items(entries: Iterable[Entry], met: Iterable[ContactView]) -> list[Item]:
    """As the API shows them, with the contacts that took part."""
    names = named(contact.model_dump() for contact in met)
    shown = []
    for (at, kind, _), record in entries:
        contacts = [names[each].model_dump() for each in record["participants"] if each in names]
        shown.append(Item(kind=kind, at=at, record=record | {"contacts": contacts}))
    return shown


async def pages(
    request: Request, kinds: Sequence[Kind], numbers: Sequence[str], after: Position | None, limit: int
) -> list[Fetched]:
    """What the services answer, asked all at once; 503 where one of them is away."""
    asked = kinds or list(SOURCES)
    parts = list(in_parts(numbers))
    try:
        return await asyncio.gather(*(_fetch(request, kind, part, after, limit) for kind in asked for part in parts))
    except PeerAway as error:
        detail = f"The service that keeps them does not answer ({error}). Try again, or leave them out by ?kind=."
        raise Problem(
            503, f"The {error.name} are away", detail, headers={"Retry-After": "1"}, away=[error.name]
        ) from error


async def _fetch(request: Request, kind: Kind, numbers: Sequence[str], after: Position | None, limit: int) -> Fetched:
    source = SOURCES[kind]
    behind = start(kind, after)
    cursor = [] if behind is None else [("cursor", encode_cursor(behind))]
    query = [("limit", str(limit)), ("contacts", "false"), *cursor, *(("participant", number) for number in numbers)]
    answer = await request.app.state.peers[source.peer].get(request, source.path, query)
    entries = [
        Entry(Position(datetime.fromisoformat(record[source.time]), kind, record["id"]), record)
        for record in answer["items"]
    ]
    return Fetched(entries, answer["next_cursor"] is not None)
