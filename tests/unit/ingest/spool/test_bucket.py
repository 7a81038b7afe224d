"""The bucket itself: what it does while S3 is away, and what it leaves on this machine."""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import ValidationError

from services.ingest.settings import Bucket, SpoolSettings
from services.ingest.spool import Spool, SpoolAway
from services.ingest.spool.scratch import Scratch
from tests.object_store import TestBucket
from tests.tcp_gate import Gate
from tests.unit.ingest.spool.conftest import accepted, bucket_spool, chunks

DIES = """
import asyncio, sys
from pathlib import Path
from services.ingest.spool.scratch import Scratch

async def main():
    async with scratch.folder() as folder:
        (folder / "upload").write_bytes(b"left")
        print("started", flush=True)
        sys.stdin.read()

scratch = Scratch(Path(sys.argv[1]))
scratch.start()
asyncio.run(main())
"""


@pytest_asyncio.fixture
async def gate(bucket: TestBucket) -> AsyncIterator[Gate]:
    async with Gate(bucket.port).running() as gate:
        yield gate


@pytest_asyncio.fixture
async def spool(bucket: TestBucket, gate: Gate, tmp_path: Path) -> AsyncIterator[Spool]:
    """Sees its bucket through the gate."""
    spool = bucket_spool(bucket, tmp_path, gate.port, 100_000_000)
    await spool.start()
    yield spool
    await spool.stop()
    assert not [name for name in os.listdir(tmp_path) if name.startswith("process-")]


async def test_nothing_is_sent_before_it_is_to_be_kept(spool: Spool, bucket: TestBucket) -> None:
    async with spool.incoming(chunks(b"hello")) as incoming:
        assert bucket.keys() == []
        await incoming.keep()
        assert bucket.keys() == [f"some/where/{incoming.spooled.key}"]


async def test_a_store_that_is_away_is_said_to_be_within_5_seconds(spool: Spool, gate: Gate) -> None:
    spooled = await accepted(spool, b"hello")
    await gate.shut()
    started = time.monotonic()
    with pytest.raises(SpoolAway):
        await accepted(spool, b"x" * 6_000_000)
    with pytest.raises(SpoolAway):
        await spool.opened(spooled).__aenter__()
    assert time.monotonic() - started < 5
    await gate.open()
    async with spool.opened(spooled) as local:
        assert local.path.read_bytes() == b"hello"


async def test_a_store_that_breaks_off_in_the_middle_of_an_upload_keeps_no_part_of_it(
    spool: Spool, gate: Gate, bucket: TestBucket
) -> None:
    gate.cut_after = 12_000_000
    with pytest.raises(SpoolAway):
        await accepted(spool, *[b"x" * 1_000_000] * 30)
    assert bucket.keys() == bucket.unfinished() == []


async def test_a_store_that_breaks_off_while_an_upload_is_read_is_away(spool: Spool, gate: Gate) -> None:
    spooled = await accepted(spool, *[b"x" * 1_000_000] * 12)
    gate.cut_after = 0
    with pytest.raises(SpoolAway):
        await spool.opened(spooled).__aenter__()
    gate.cut_after = None
    async with spool.opened(spooled) as local:
        assert local.path.stat().st_size == spooled.size


async def test_a_bucket_that_is_not_there_is_a_store_that_is_away_not_an_upload_that_is_lost(
    spool: Spool, bucket: TestBucket
) -> None:
    spooled = await accepted(spool, b"hello")
    bucket.remove(f"some/where/{spooled.key}")
    bucket.client.delete_bucket(Bucket=bucket.name)
    with pytest.raises(SpoolAway):
        await spool.opened(spooled).__aenter__()
    with pytest.raises(SpoolAway):
        await accepted(spool, b"hello")


def test_what_a_killed_process_left_on_the_disk_is_gone_when_the_next_starts(tmp_path: Path) -> None:
    lives = Scratch(tmp_path)
    lives.start()
    with subprocess.Popen(
        [sys.executable, "-c", DIES, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as dies:
        assert dies.stdout is not None
        assert dies.stdout.readline() == b"started\n"
        dies.kill()
    assert len(list(tmp_path.glob("process-*"))) == 2
    next_one = Scratch(tmp_path)
    next_one.start()
    assert list(tmp_path.glob("**/upload")) == []
    assert len(list(tmp_path.glob("process-*"))) == 2
    next_one.stop()
    lives.stop()
    assert not [name for name in os.listdir(tmp_path) if name.startswith("process-")]


@pytest.mark.parametrize("place", ["s3:///prefix", "gs://bucket", "http://127.0.0.1/bucket"])
def test_a_place_that_is_neither_folder_nor_bucket_is_refused(place: str) -> None:
    with pytest.raises(ValidationError, match="s3://BUCKET/PREFIX"):
        SpoolSettings.model_validate({"spool": place})


def test_a_bucket_has_a_prefix_or_none() -> None:
    assert SpoolSettings.model_validate({"spool": "s3://spool/a/b/"}).spool == Bucket("spool", "a/b")
    assert SpoolSettings.model_validate({"spool": "s3://spool"}).spool == Bucket("spool", "")
