"""Asking another service's API on behalf of a caller: what spans services is joined on reading, over HTTP.

Services know each other by an address alone, so that it is the same whether they share one process or have a container
each. A caller's own token goes along: nobody sees more of a peer than it could have asked there.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import structlog
from starlette.requests import Request

log = structlog.get_logger()

#: Of the caller's headers, those that say who asks: the token, and whom an operator acts for.
FORWARDED = (b"authorization", b"ringback-tenant")
#: Its own work is some milliseconds; who waits longer is told that it is away.
SECONDS = 5.0

Query = Iterable[tuple[str, str]]


class PeerAway(Exception):
    """The service `name` did not answer, or not with what was asked for."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name


@asynccontextmanager
async def peers(urls: Mapping[str, str]) -> AsyncIterator[dict[str, "Peer"]]:
    """By name; their connections end with the block."""
    opened = {name: Peer(name, url) for name, url in urls.items()}
    try:
        yield opened
    finally:
        for peer in opened.values():
            await peer.close()


class Peer:
    """The API of the service `name` at `url`; its connections live as long as the app that asks."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        # No proxy of the environment stands between services.
        self._http = httpx2.AsyncClient(base_url=url, timeout=SECONDS, trust_env=False)

    async def get(self, request: Request, path: str, query: Query = (), within: float = SECONDS) -> Any:
        """The JSON of its answer to the caller of `request`, within some seconds; raises PeerAway."""
        headers = [(name, value) for name, value in request.headers.raw if name in FORWARDED]
        try:
            answer = await self._http.get(path, params=list(query), headers=headers, timeout=within)
        except httpx2.HTTPError as error:
            raise self._away(repr(error)) from error
        if answer.status_code != 200:
            raise self._away(f"answers {answer.status_code}")
        return answer.json()

    async def close(self) -> None:
        """Ends its connections."""
        await self._http.aclose()

    def _away(self, reason: str) -> PeerAway:
        log.warning("peer_away", peer=self.name, reason=reason)
        return PeerAway(self.name, reason)
