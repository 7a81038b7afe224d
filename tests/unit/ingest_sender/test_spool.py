"""An upload is on disk whole, or not at all."""

import errno
import os
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest

from services.ingest.spool import NoSpace, Spool, TooLarge


async def chunks(*parts: bytes, then: Exception | None = None) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    if then is not None:
        raise then


async def test_it_is_written_as_it_came(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", limit=10)
    spooled = await spool.write(chunks(b"hello", b"world"))
    assert spool.path(spooled.key).read_bytes() == b"helloworld"
    assert (spooled.size, spooled.sha256) == (10, sha256(b"helloworld").hexdigest())


@pytest.mark.parametrize(
    ("then", "raised"),
    [(None, TooLarge), (OSError(errno.ENOSPC, "full"), NoSpace), (ConnectionError("gone"), ConnectionError)],
)
async def test_whatever_goes_wrong_the_file_is_gone(
    tmp_path: Path, then: Exception | None, raised: type[Exception]
) -> None:
    spool = Spool(tmp_path, limit=10)
    with pytest.raises(raised):
        await spool.write(chunks(b"hello", b"world" if then else b"world!", then=then))
    assert os.listdir(tmp_path) == []
