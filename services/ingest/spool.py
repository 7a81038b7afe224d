"""Uploads on disk: an import's real queue, from which its rows can be read again as often as need be."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import uuid4


class TooLarge(Exception):
    """The upload is over the limit (413)."""


class NoSpace(Exception):
    """The disk is full (507)."""


class Spooled(NamedTuple):
    """An upload that is on disk, whole. `key` names it within the spool."""

    key: str
    size: int
    sha256: str


class Spool:
    """A folder. Whatever goes wrong while a file is written, the file is gone."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self.limit = limit

    def path(self, key: str) -> Path:
        """Where the file of `key` lies."""
        return self._folder / key

    def conversations(self, key: str) -> Path:
        """Where the survey of it keeps the numbers of its conversations."""
        return self._folder / f"{key}.conversations.sqlite"

    def remove(self, key: str) -> None:
        """For an upload that became no import."""
        self.path(key).unlink(missing_ok=True)

    async def write(self, chunks: AsyncIterator[bytes]) -> Spooled:
        """In the memory of a chunk; raises TooLarge, NoSpace and what `chunks` raises."""
        key = uuid4().hex
        self._folder.mkdir(parents=True, exist_ok=True)
        whole = False
        try:
            with self.path(key).open("xb") as file:
                spooled = await self._copy(key, chunks, file)
            whole = True
            return spooled
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise NoSpace(str(error)) from error
            raise
        finally:
            if not whole:
                self.remove(key)

    async def _copy(self, key: str, chunks: AsyncIterator[bytes], file: BinaryIO) -> Spooled:
        size, digest = 0, hashlib.sha256()
        async for chunk in chunks:
            size += len(chunk)
            if size > self.limit:
                raise TooLarge
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        await asyncio.to_thread(self._sync, file)
        return Spooled(key, size, digest.hexdigest())

    def _sync(self, file: BinaryIO) -> None:
        """The folder too, else the file's name may be lost with the power, though its bytes are not."""
        os.fsync(file.fileno())
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
