"""Bytes as they come in, into a file that is no larger than it may be."""

import asyncio
import errno
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from services.ingest.spool.contract import NoSpace, TooLarge

#: Bytes that are written by one call in a thread: a call for each 64 KB of a socket would cost more than the write.
BLOCK = 1 << 20

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Written(NamedTuple):
    """Of all that was written."""

    size: int
    sha256: str


async def write(path: Path, chunks: AsyncIterator[bytes], limit: int) -> Written:
    """In the memory of a block. The file is the caller's to remove, also after TooLarge and NoSpace."""
    size, digest = 0, hashlib.sha256()
    try:
        with await asyncio.to_thread(path.open, "xb") as file:
            async for block in _blocks(chunks, limit):
                size += len(block)
                await asyncio.to_thread(_append, file, digest, block)
            await asyncio.to_thread(file.flush)
    except OSError as error:
        if error.errno in _FULL:
            raise NoSpace(str(error)) from error
        raise
    return Written(size, digest.hexdigest())


async def _blocks(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes]:
    """Raises TooLarge with the first byte that is too many."""
    size, block = 0, bytearray()
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge
        block += chunk
        if len(block) >= BLOCK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


def _append(file: BinaryIO, digest: "hashlib._Hash", block: bytes) -> None:
    digest.update(block)
    file.write(block)
