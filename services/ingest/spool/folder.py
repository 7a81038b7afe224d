"""The spool as a folder, which the API and every worker must see."""

import asyncio
import hashlib
import os
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from services.ingest.spool.contract import Incoming, Local, Spooled, UploadLost
from services.ingest.spool.writing import write

#: An upload's key, and what may lie beside it (its rows and its conversations, finished or not).
_OWN = re.compile(r"([0-9a-f]{32})(\.(rows|conversations\.sqlite)(\.[0-9a-z]+)*)?")


class FolderSpool:
    """Whatever goes wrong while a file comes in, the file is gone."""

    presigned = None
    stored = None

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self.limit = limit

    async def start(self) -> None:
        """There is nothing to do."""

    async def stop(self) -> None:
        """There is nothing to do."""

    @asynccontextmanager
    async def incoming(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[Incoming]:
        """See Spool."""
        key = uuid4().hex
        path = self._folder / key
        kept = asyncio.Event()
        try:
            await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
            spooled = Spooled(key, *await write(path, chunks, self.limit))
            yield Incoming(spooled, path, self._beside(key, "rows"), partial(self._keep, path, kept))
        finally:
            if not kept.is_set():
                self._remove(key)

    @asynccontextmanager
    async def opened(self, spooled: Spooled) -> AsyncIterator[Local]:
        """See Spool; the conversations stay there for whoever takes the import over."""
        path = self._folder / spooled.key
        if await asyncio.to_thread(_identity, path) != spooled[1:]:
            raise UploadLost("the file in the spool is not the one that was accepted: import it again")
        yield Local(path, self._beside(spooled.key, "rows"), self._beside(spooled.key, "conversations.sqlite"))

    async def exists(self, key: str) -> bool:
        """See Spool."""
        return await asyncio.to_thread((self._folder / key).is_file)

    async def remove(self, key: str) -> None:
        """See Spool."""
        await asyncio.to_thread(self._remove, key)

    async def keys(self, age: timedelta) -> list[str]:
        """See Spool."""
        return await asyncio.to_thread(self._keys, time.time() - age.total_seconds())

    def _beside(self, key: str, what: str) -> Path:
        return self._folder / f"{key}.{what}"

    def _remove(self, key: str) -> None:
        for each in (self._folder / key, *self._folder.glob(f"{key}.*")):
            each.unlink(missing_ok=True)

    def _keys(self, before: float) -> list[str]:
        if not self._folder.exists():
            return []
        with os.scandir(self._folder) as entries:
            matches = [(entry, match) for entry in entries if (match := _OWN.fullmatch(entry.name))]
            return list({match[1] for entry, match in matches if _changed(entry) < before})

    async def _keep(self, path: Path, kept: asyncio.Event) -> None:
        await asyncio.to_thread(self._sync, path)
        kept.set()

    def _sync(self, path: Path) -> None:
        """The folder too, else the file's name may be lost with the power, though its bytes are not."""
        for each in (path, self._folder):
            opened = os.open(each, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)


def _identity(path: Path) -> tuple[int, str]:
    try:
        with path.open("rb") as file:
            return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise UploadLost("the upload is not in the spool any more: import the file again") from None


def _changed(entry: "os.DirEntry[str]") -> float:
    """One that has gone meanwhile is none of ours any more."""
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except FileNotFoundError:
        return float("inf")
