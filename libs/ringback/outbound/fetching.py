"""A file that lies behind a URL. What kind of file it is its bytes tell, not the server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ringback.outbound.client import Answer, Outbound
from ringback.outbound.refusals import Refused


@asynccontextmanager
async def fetched(outbound: Outbound, url: str) -> AsyncIterator[Answer]:
    """The file itself, whole, or Refused: also while it is read."""
    async with outbound.sent("GET", url) as answer:
        if 300 <= answer.status < 400:
            raise Refused("url_redirects")
        if answer.status != 200:
            raise Refused("url_answered", answer.status)
        if answer.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            raise Refused("url_packed")
        if "Content-Length" not in answer.headers and "Transfer-Encoding" not in answer.headers:
            raise Refused("url_without_length")
        yield answer
