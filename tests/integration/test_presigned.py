"""An archive goes to the bucket past the API, by a URL that is good for one import of one tenant."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from tests.integration.bucket_ingest import BucketIngest, bucket_ingest
from tests.integration.ingest_alone import archive
from tests.integration.test_ingest import check_whole
from tests.object_store import TestBucket
from tests.stack import Infrastructure


@pytest_asyncio.fixture
async def there(infrastructure: Infrastructure, bucket: TestBucket, tmp_path: Path) -> AsyncIterator[BucketIngest]:
    async with bucket_ingest(infrastructure, bucket, tmp_path / "scratch", "presigned-test.") as running:
        yield running
    assert running.on_disk() == []


async def test_what_was_put_by_its_url_is_imported_whole(there: BucketIngest) -> None:
    upload = await there.put(archive(contacts=200, messages=1_000))
    accepted = await there.import_of(upload, dry_run="false", notes="by URL")
    assert accepted.status_code == 202, accepted.text
    it = accepted.json()
    assert (it["filename"], it["notes"], it["dry_run"]) == ("a.zip", "by URL", False)
    async with there.ingest.worker():
        check_whole(there.ingest, await there.ingest.ended(it["id"]), 200, 1_000)
    assert len(there.bucket.keys()) == 1
    assert "uploads" not in there.bucket.keys()[0]


async def test_the_url_is_good_for_an_hour_and_names_where_clients_see_the_bucket(there: BucketIngest) -> None:
    promised = (await there.promise()).json()
    assert promised["url"].startswith(f"http://127.0.0.1:{there.bucket.port}/{there.bucket.name}/some/where/uploads/")
    left = datetime.fromisoformat(promised["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < left <= timedelta(hours=1)


async def test_an_upload_becomes_one_import_also_if_it_is_asked_for_twice_at_once(there: BucketIngest) -> None:
    upload = await there.put(archive(contacts=1))
    answers = await asyncio.gather(*(there.import_of(upload) for _ in range(3)))
    assert sorted(each.status_code for each in answers) == [202, 409, 409]
    assert (await there.import_of(upload)).status_code == 409
    assert len(there.bucket.keys()) == 1


async def test_another_tenants_upload_is_a_404_like_one_that_is_not_there(there: BucketIngest) -> None:
    upload = await there.put(archive(contacts=1))
    for answer in (await there.import_of(upload, tenant="globex"), await there.import_of(str(uuid.uuid4()))):
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await there.import_of(upload)).status_code == 202


async def test_what_is_refused_of_a_file_is_refused_of_an_upload(there: BucketIngest) -> None:
    nothing_there = (await there.promise()).json()["id"]
    assert (await there.import_of(nothing_there)).status_code == 409
    refused = await there.import_of(await there.put(b"phone\n+14155552671\n"))
    assert (refused.status_code, refused.json()["code"]) == (422, "not_a_zip")
    upload = await there.put(archive(contacts=1))
    assert (await there.import_of(upload, role="viewer")).status_code == 403
    assert (await there.import_of(upload, role="member", dry_run="false")).status_code == 403
    assert (await there.import_of("no-uuid")).status_code == 422
    assert len(there.bucket.keys()) == 2
    assert there.on_disk() == []


async def test_a_file_and_an_upload_are_one_too_many(there: BucketIngest) -> None:
    upload = await there.put(archive(contacts=1))
    assert (await there.ingest.upload(archive(contacts=1), upload=upload)).status_code == 422


async def test_one_that_is_too_large_is_413_and_gone(there: BucketIngest) -> None:
    limit = there.ingest.api.upload_limit
    assert (await there.promise(size=limit + 1)).status_code == 413
    upload = await there.put(b"x" * (limit + 1))
    assert (await there.import_of(upload)).status_code == 413
    assert there.bucket.keys() == []


@pytest.mark.parametrize("told", [{"filename": ""}, {"filename": "x" * 256}, {"size": 0}])
async def test_what_is_promised_badly_is_422(there: BucketIngest, told: dict[str, object]) -> None:
    assert (await there.promise(**told)).status_code == 422


async def test_a_name_that_cannot_be_shown_is_shown_as_far_as_it_can_be(there: BucketIngest) -> None:
    assert (await there.promise(filename="a\0\nb")).status_code == 201


async def test_a_viewer_is_promised_nothing(there: BucketIngest) -> None:
    assert (await there.promise(role="viewer")).status_code == 403
