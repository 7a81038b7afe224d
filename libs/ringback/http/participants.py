"""`?participant=`, and the contacts whom participants are: asked of the contacts API for a page at a time."""

from collections.abc import Iterable
from itertools import islice
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, StringConstraints
from starlette.requests import Request

from ringback.http.paging import STORABLE
from ringback.http.peers import Peer, PeerAway

#: What one request may ask for; an address of so many numbers has some 3 KB, less than half of what nginx takes.
MOST_PARTICIPANTS = 100

Participants = Annotated[
    list[Annotated[str, StringConstraints(max_length=16, pattern=STORABLE)]],
    Query(
        alias="participant",
        max_length=MOST_PARTICIPANTS,
        default_factory=list,
        description="A number (E.164), short code or alphanumeric sender, as records show them; may be repeated.",
    ),
]
WithContacts = Annotated[bool, Query(description="Whether each record names the contacts that took part.")]


class NamedContact(BaseModel):
    """A contact of ours that took part, by which number, and what to call it."""

    participant: str
    id: int
    name: str | None


Names = dict[str, NamedContact]


async def names_of(request: Request, participants: Iterable[str]) -> Names | None:
    """By participant, the contact that it finds; None, where contacts is away: who they are is not known then.

    A list of calls without names is of more use than none, and says of itself that it has none.
    """
    peer: Peer = request.app.state.peers["contacts"]
    # What begins otherwise (short codes, alphanumeric senders) is no contact's number.
    numbers = sorted({each for each in participants if each.startswith("+")})
    names: Names = {}
    try:
        for some in in_parts(numbers):
            query = [("limit", "200"), *(("participant", number) for number in some)]
            names |= named((await peer.get(request, "/v1/contacts", query))["items"])
    except PeerAway:
        return None
    return names


def named(contacts: Iterable[dict[str, Any]]) -> Names:
    """By number, the contacts as their API shows them."""
    return {
        number: NamedContact(participant=number, id=contact["id"], name=contact["display_name"])
        for contact in contacts
        for number in contact["numbers"]
    }


def in_parts(participants: Iterable[str]) -> Iterable[list[str]]:
    """As many as one request may ask for, again and again."""
    rest = iter(participants)
    while part := list(islice(rest, MOST_PARTICIPANTS)):
        yield part
