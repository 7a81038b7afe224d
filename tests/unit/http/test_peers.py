"""What is joined on reading, where the service that is asked is away: said, or left open, and never left out."""

from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
import pytest_asyncio
from starlette.requests import Request

from ringback.http.participants import names_of
from ringback.http.peers import Peer
from ringback.http.problems import Problem
from services.contacts import timeline
from standalone import ports


@pytest_asyncio.fixture
async def request_to_nobody() -> AsyncIterator[Request]:
    """At the peers' address nothing listens."""
    url = f"http://127.0.0.1:{ports.free(set())}"
    peers = {name: Peer(name, url) for name in ("contacts", "conversations", "calls")}
    app = SimpleNamespace(state=SimpleNamespace(peers=peers))
    headers = [(b"authorization", b"Bearer x"), (b"ringback-tenant", "bücher".encode())]
    yield Request({"type": "http", "headers": headers, "app": app})
    for peer in peers.values():
        await peer.close()


async def test_a_timeline_with_a_hole_is_none_and_names_who_is_away(request_to_nobody: Request) -> None:
    with pytest.raises(Problem) as told:
        await timeline.pages(request_to_nobody, ["call"], ["+14155550100"], None, 10)
    assert (told.value.status, told.value.extra) == (503, {"away": ["calls"]})
    assert told.value.headers is not None and "Retry-After" in told.value.headers


async def test_a_contact_without_numbers_has_an_empty_timeline_whoever_is_away(request_to_nobody: Request) -> None:
    assert await timeline.pages(request_to_nobody, [], [], None, 10) == []


async def test_names_are_unknown_where_contacts_is_away_not_nobodys(request_to_nobody: Request) -> None:
    assert await names_of(request_to_nobody, ["+14155550100"]) is None
    assert await names_of(request_to_nobody, ["12345", "ACME"]) == {}
