"""A file that is not sent along: it lies in the object store, or behind a URL."""

from collections.abc import AsyncGenerator
from pathlib import PurePosixPath

from ringback.http.problems import Problem
from ringback.outbound import Outbound, Refused, fetched, parsed
from services.ingest.api.multipart import printable
from services.ingest.spool import Spool, TooLarge, UploadLost


async def stored(spool: Spool, tenant: str, key: str) -> AsyncGenerator[bytes, None]:
    """An object of the tenant's folder. Another's cannot be said, so whether there is one is nothing to be learnt."""
    if spool.stored is None:
        raise Problem(409, "No object store here", "Send the file itself, as `file`.", code="no_object_store")
    try:
        async for chunk in spool.stored.chunks(tenant, key):
            yield chunk
    except UploadLost as error:
        raise Problem(404, "No such object", str(error), code="no_such_object") from None


async def behind(outbound: Outbound, url: str, limit: int) -> AsyncGenerator[bytes, None]:
    """What a URL leads to; one that says beforehand that it is too large is not read."""
    try:
        async with fetched(outbound, url) as file:
            size = file.headers.get("Content-Length", "")
            if size.isdecimal() and int(size) > limit:
                raise TooLarge
            async for chunk in file.chunks:
                yield chunk
    except Refused as error:
        raise _refused(error) from None


def last_name(path: str) -> str:
    """Of an object's key."""
    return printable(PurePosixPath(path).name)


def file_name(url: str) -> str:
    """As its path ends; what else is in a URL may be nobody's business, and is not kept."""
    try:
        named = parsed(url)
    except Refused as error:
        raise _refused(error) from None
    return last_name(named.path) or printable(named.host)


def _refused(error: Refused) -> Problem:
    return Problem(422, "The URL cannot be imported", error.message, code=error.code)
