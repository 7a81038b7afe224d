"""Both kinds of spool, to which the same tests are put."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from services.ingest.settings import SpoolSettings
from services.ingest.spool import Spool, Spooled, make_spool
from tests.object_store import TestBucket

LIMIT = 7_000_000


async def chunks(*parts: bytes, then: Exception | None = None) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    if then is not None:
        raise then


async def accepted(spool: Spool, *parts: bytes) -> Spooled:
    async with spool.incoming(chunks(*parts)) as incoming:
        await incoming.keep()
    return incoming.spooled


@dataclass
class Place:
    """A spool, what lies in it and on this machine's disk, and ways to spoil it."""

    spool: Spool
    kept: Callable[[], list[str]]
    on_disk: Callable[[], list[str]]
    replace: Callable[[str, bytes], object]
    lose: Callable[[str], object]


def in_folder(folder: Path) -> Place:
    def names() -> list[str]:
        return sorted(each.name for each in folder.iterdir()) if folder.exists() else []

    spool = make_spool(SpoolSettings.model_validate({"spool": str(folder), "upload_limit": LIMIT}))
    return Place(
        spool,
        names,
        names,
        lambda key, content: (folder / key).write_bytes(content),
        lambda key: (folder / key).unlink(),
    )


def bucket_spool(bucket: TestBucket, scratch: Path, port: int | None = None, limit: int = LIMIT) -> Spool:
    environment = bucket.environment(port)
    settings = {name.removeprefix("RINGBACK_").lower(): value for name, value in environment.items()}
    return make_spool(SpoolSettings.model_validate(settings | {"upload_limit": limit, "spool_scratch": scratch}))


def in_bucket(bucket: TestBucket, scratch: Path) -> Place:
    def kept() -> list[str]:
        return sorted([*bucket.keys(), *bucket.unfinished()])

    def on_disk() -> list[str]:
        return [each.name for each in scratch.rglob("*") if each.is_file() and each.name != ".lock"]

    return Place(
        bucket_spool(bucket, scratch),
        kept,
        on_disk,
        lambda key, content: bucket.put(f"some/where/{key}", content),
        lambda key: bucket.remove(f"some/where/{key}"),
    )


@pytest_asyncio.fixture(params=["folder", "bucket"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    if request.param == "folder":
        made = in_folder(tmp_path / "spool")
    else:
        made = in_bucket(request.getfixturevalue("bucket"), tmp_path / "scratch")
    await made.spool.start()
    yield made
    await made.spool.stop()
