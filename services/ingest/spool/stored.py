"""Objects that somebody else has put into the bucket, for tenants to import as often as they like: they are only read.

Each tenant has a folder of its own, which whoever fills the bucket may be let into by the bucket's policy.
"""

import re
from collections.abc import AsyncIterator

from services.ingest.spool.contract import TooLarge, UploadLost
from services.ingest.spool.objects import Objects

#: Apart from the spool's own objects and from what is PUT by pre-signed URLs.
FOLDER = "objects"
#: S3's longest key, of which the prefix and the tenant's folder are a part.
LONGEST_KEY = 1_024
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class BucketStored:
    """See Stored."""

    def __init__(self, objects: Objects, limit: int) -> None:
        self._objects, self._limit = objects, limit

    async def chunks(self, tenant: str, key: str) -> AsyncIterator[bytes]:
        """See Stored."""
        found = await self._objects.get(f"{FOLDER}/{folder_of(tenant)}/{key}") if _is_key(key) else None
        if found is None:
            raise UploadLost(f"Nothing lies at {FOLDER}/{folder_of(tenant)}/ under this key.")
        if found.size > self._limit:
            raise TooLarge
        async for chunk in found.chunks:
            yield chunk


def folder_of(tenant: str) -> str:
    """Its id where that can be a folder, else `~` and the id's UTF-8 in hexadecimal: so none is inside another's."""
    return tenant if _PLAIN.fullmatch(tenant) else f"~{tenant.encode().hex()}"


def _is_key(key: str) -> bool:
    """Nothing that any store or client of one might take for another place than it names."""
    steps = key.split("/")
    return key.isprintable() and len(key.encode()) <= LONGEST_KEY and not any(each in ("", ".", "..") for each in steps)
