"""Imports whose uploads lie in a bucket, while S3 is away, workers die and objects go astray."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from starlette.requests import ClientDisconnect

from services.ingest.api import create_app
from services.ingest.spool import make_spool
from services.ingest.store import Store
from services.ingest.sweeping import Sweeper
from tests.integration.bucket_ingest import CONVERSATIONS, MESSAGES, BucketIngest, bucket_ingest, conversing
from tests.integration.ingest_alone import archive
from tests.integration.test_ingest import accepted, check_whole
from tests.object_store import TestBucket
from tests.small_disk import ROOM
from tests.stack import Infrastructure

BOUNDARY = b"--x\r\ncontent-disposition: form-data; name=file; filename=a.zip\r\n\r\n"


@pytest_asyncio.fixture
async def there(infrastructure: Infrastructure, bucket: TestBucket, tmp_path: Path) -> AsyncIterator[BucketIngest]:
    async with bucket_ingest(infrastructure, bucket, tmp_path / "scratch", "bucket-test.") as running:
        yield running


async def test_an_import_waits_for_s3_says_so_and_is_finished_once_it_is_back(there: BucketIngest) -> None:
    ingest = there.ingest
    import_id = await accepted(ingest, archive(contacts=100, messages=500))
    await there.gate.shut()
    async with ingest.worker():
        waiting = await ingest.until(import_id, lambda it: it["reason"] is not None)
        assert (waiting["status"], waiting["ended_at"]) == ("running", None)
        assert "object store" in waiting["reason"]
        started = time.monotonic()
        refused = await ingest.upload(archive(contacts=1))
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert time.monotonic() - started < 5
        await there.gate.open()
        it = await ingest.ended(import_id)
    check_whole(ingest, it, 100, 500)
    assert it["reason"] is None
    told = [each["event"] for each in (await ingest.get(f"/v1/imports/{import_id}/log"))["items"]]
    assert (told.count("waiting"), told.count("resumed")) == (1, 1)


async def test_a_worker_without_room_on_its_disk_waits_for_some(there: BucketIngest, small_disk: Path) -> None:
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * (ROOM - 65_536))
    import_id = await accepted(there.ingest, archive(messages=30_000))
    async with there.ingest.worker(RINGBACK_SPOOL_SCRATCH=str(small_disk / "scratch")):
        waiting = await there.ingest.until(import_id, lambda it: it["reason"] is not None)
        assert "room" in waiting["reason"]
        filler.unlink()
        assert (await there.ingest.ended(import_id))["status"] == "finished"


async def test_a_worker_of_another_host_takes_over_and_makes_the_index_anew(
    there: BucketIngest, tmp_path: Path
) -> None:
    ingest = there.ingest
    ingest.receiver.batch = 100
    import_id = await accepted(ingest, conversing())
    async with ingest.worker() as first, ingest.worker(RINGBACK_SPOOL_SCRATCH=str(tmp_path / "other")):
        await ingest.until(import_id, lambda it: it["summary"]["messages"]["new"] > 0)
        first.kill()
        it = await ingest.ended(import_id)
        assert {name: each["new"] for name, each in it["summary"].items()} == {
            "conversations": CONVERSATIONS,
            "messages": MESSAGES,
        }
        assert not list((tmp_path / "other").rglob("upload"))
    assert ingest.receiver.taken[import_id, "messages"] == list(range(1, MESSAGES + 1))


@pytest.mark.parametrize("content", [None, b"another"])
async def test_an_import_whose_object_is_gone_or_another_fails_and_says_so(
    there: BucketIngest, content: bytes | None
) -> None:
    import_id = await accepted(there.ingest, archive(contacts=15))
    [key] = there.bucket.keys()
    there.bucket.remove(key)
    if content is not None:
        there.bucket.put(key, content)
    async with there.ingest.worker():
        it = await there.ingest.ended(import_id)
    assert it["status"] == "failed"
    assert ("not the one" if content else "not in the spool") in it["reason"]
    assert all(there.ingest.receiver.lines[import_id, entity].closed for entity in ("contacts", "messages"))


async def test_sigterm_has_its_last_words_and_leaves_nothing_on_the_disk(there: BucketIngest) -> None:
    ingest = there.ingest
    ingest.receiver.refuse, ingest.receiver.batch = set(range(1, 300, 3)), 50
    import_id = await accepted(ingest, archive(messages=20_000))
    async with ingest.worker() as worker:
        await ingest.until(import_id, lambda it: it["summary"]["messages"]["failed"] > 0)
        worker.terminate()
        assert await asyncio.to_thread(worker.wait, 10) == 0
    assert there.on_disk() == []


async def test_a_client_that_goes_away_in_the_middle_leaves_nothing(there: BucketIngest) -> None:
    messages = iter([{"type": "http.request", "body": BOUNDARY + b"x" * 6_000_000, "more_body": True}])

    async def receive() -> dict[str, object]:
        return next(messages, {"type": "http.disconnect"})

    async def send(_: object) -> None:
        """Nobody is there."""

    headers = {"content-type": "multipart/form-data; boundary=x"} | there.ingest.as_caller("acme")
    scope = {"type": "http", "method": "POST", "path": "/v1/imports", "query_string": b"", "http_version": "1.1"}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    app = create_app(there.ingest.api)
    async with app.router.lifespan_context(app):
        with pytest.raises(ClientDisconnect):
            await app({**scope, "headers": raw}, receive, send)
    assert there.bucket.keys() == there.bucket.unfinished() == there.on_disk() == []


async def test_what_belongs_to_no_import_is_swept_once_it_is_old(there: BucketIngest) -> None:
    ingest = there.ingest
    import_id = await accepted(ingest, archive(contacts=15))
    [kept] = there.bucket.keys()
    there.bucket.put(f"some/where/{'0' * 32}", b"http died before its import was accepted")
    never = await there.put(b"never imported")
    spool = make_spool(ingest.api)
    store = Store(ingest.environment["RINGBACK_INGEST_WRITER_DSN"])
    sweeper = Sweeper(store, spool)
    await sweeper.sweep()
    assert len(there.bucket.keys()) == 3
    await sweeper.sweep(timedelta(hours=-2))
    await store.close()
    assert there.bucket.keys() == [kept]
    assert (await there.import_of(never)).status_code == 404
    async with ingest.worker():
        assert (await ingest.ended(import_id))["status"] == "finished"
