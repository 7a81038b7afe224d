"""Uploads that go straight to the bucket, by a URL that is signed for one object and a time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.ingest.spool.contract import TooLarge, UploadLost
from services.ingest.spool.objects import Objects

#: Apart from the spool's own objects: whoever has the URL may write there until it expires, and so what is imported is
#: a copy of what was checked.
FOLDER = "uploads"


class BucketUploads:
    """See Presigned. `public` is the same bucket as clients see it."""

    def __init__(self, objects: Objects, public: Objects, limit: int) -> None:
        self._objects, self._public, self._limit = objects, public, limit

    async def url(self, upload: UUID, valid: timedelta) -> str:
        """See Presigned."""
        return await self._public.sign(_key(upload), valid)

    async def chunks(self, upload: UUID) -> AsyncIterator[bytes]:
        """See Presigned."""
        found = await self._objects.get(_key(upload))
        if found is None:
            raise UploadLost("Nothing is there: PUT the file to the upload's URL first.")
        if found.size > self._limit:
            await self._objects.remove(_key(upload))
            raise TooLarge
        async for chunk in found.chunks:
            yield chunk

    async def remove(self, upload: UUID) -> None:
        """See Presigned."""
        await self._objects.remove(_key(upload))

    async def clear(self, age: timedelta) -> int:
        """See Presigned."""
        old = await self._objects.older(datetime.now(UTC) - age, FOLDER)
        for key in old:
            await self._objects.remove(key)
        return len(old)


def _key(upload: UUID) -> str:
    return f"{FOLDER}/{upload.hex}"
