"""The spool as a bucket of any S3. What is checked or read is a file in this process' scratch folder for as long."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from services.ingest.settings import Bucket, SpoolSettings
from services.ingest.spool.contract import Incoming, Local, Spooled, TooLarge, UploadLost
from services.ingest.spool.objects import Objects
from services.ingest.spool.presigned import BucketUploads
from services.ingest.spool.scratch import Scratch
from services.ingest.spool.stored import BucketStored
from services.ingest.spool.writing import Written, write

_KEY = re.compile(r"[0-9a-f]{32}")


def make_bucket_spool(settings: SpoolSettings, bucket: Bucket) -> "BucketSpool":
    """Two views of one bucket where clients see it by another name than we do."""
    objects = Objects(settings, bucket, settings.s3_endpoint)
    public = Objects(settings, bucket, settings.s3_public_endpoint or settings.s3_endpoint)
    uploads = BucketUploads(objects, public, settings.upload_limit)
    return BucketSpool(objects, uploads, Scratch(settings.spool_scratch), settings.upload_limit)


class BucketSpool:
    """An object is there only once its upload has been checked; what is refused never leaves this machine."""

    def __init__(self, objects: Objects, presigned: BucketUploads, scratch: Scratch, limit: int) -> None:
        self._objects, self._scratch = objects, scratch
        self.presigned, self.stored, self.limit = presigned, BucketStored(objects, limit), limit

    async def start(self) -> None:
        """See Spool."""
        await asyncio.to_thread(self._scratch.start)

    async def stop(self) -> None:
        """See Spool."""
        await asyncio.to_thread(self._scratch.stop)

    @asynccontextmanager
    async def incoming(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[Incoming]:
        """See Spool; `keep` sends the file to the bucket."""
        async with self._scratch.folder() as folder:
            key, path = uuid4().hex, folder / "upload"
            spooled = Spooled(key, *await write(path, chunks, self.limit))
            yield Incoming(spooled, path, folder / "rows", partial(self._objects.put, key, path))

    @asynccontextmanager
    async def opened(self, spooled: Spooled) -> AsyncIterator[Local]:
        """See Spool; the disk that it takes is the upload's own size, whatever lies in the bucket."""
        async with self._scratch.folder() as folder:
            path = folder / "upload"
            if await self._fetch(spooled, path) != spooled[1:]:
                raise UploadLost("the object in the spool is not the one that was accepted: import the file again")
            yield Local(path, folder / "rows", folder / "conversations.sqlite")

    async def exists(self, key: str) -> bool:
        """See Spool."""
        return await self._objects.get(key) is not None

    async def remove(self, key: str) -> None:
        """See Spool."""
        await self._objects.remove(key)

    async def keys(self, age: timedelta) -> list[str]:
        """See Spool."""
        return [key for key in await self._objects.older(datetime.now(UTC) - age) if _KEY.fullmatch(key)]

    async def _fetch(self, spooled: Spooled, path: Path) -> Written | None:
        """None where it is larger than it was."""
        found = await self._objects.get(spooled.key)
        if found is None:
            raise UploadLost("the upload is not in the spool any more: import the file again")
        try:
            return await write(path, found.chunks, spooled.size)
        except TooLarge:
            return None
