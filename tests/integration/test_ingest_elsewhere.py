"""A file that lies behind a URL or in the object store is imported as if it had been sent."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.bucket_ingest import BucketIngest, bucket_ingest
from tests.integration.ingest_alone import Ingest, archive, ingest_on
from tests.integration.test_ingest import check_whole
from tests.object_store import TestBucket
from tests.stack import Infrastructure
from tests.tls_server import TlsServer, answer, tls_server

LIMIT = 100_000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TlsServer]:
    async with tls_server(tmp_path_factory.mktemp("tls")) as it:
        yield it


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ingest(
    infrastructure: Infrastructure, server: TlsServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Ingest]:
    told = {
        "RINGBACK_OUTBOUND_ALLOW": "127.0.0.0/8",
        "RINGBACK_OUTBOUND_CA_FILE": str(server.ca_file),
        "RINGBACK_UPLOAD_LIMIT": str(LIMIT),
    }
    spool = tmp_path_factory.mktemp("elsewhere") / "spool"
    async with ingest_on(infrastructure, spool, "ingest-elsewhere-test.", **told) as running:
        yield running


async def asked(ingest: Ingest, role: str = "owner", tenant: str = "acme", **form: str) -> Any:
    fields = {name: (None, value) for name, value in form.items()}
    return await ingest.client.post("/v1/imports", files=fields, headers=ingest.as_caller(tenant, role))


async def test_a_file_behind_a_url_is_imported_whole_and_of_the_url_only_its_name_is_kept(
    ingest: Ingest, server: TlsServer
) -> None:
    url = server.serve("/exports/June%20people.zip?signature=secret", archive(200, 500), "Content-Type: text/html")
    accepted = await asked(ingest, url=url, dry_run="false")
    assert accepted.status_code == 202, accepted.text
    it = accepted.json()
    assert (it["filename"], it["dry_run"]) == ("June people.zip", False)
    assert "secret" not in accepted.text
    async with ingest.worker():
        check_whole(ingest, await ingest.ended(it["id"]), 200, 500)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://10.0.0.1/a.zip", "url_not_public"),
        ("https://[::ffff:127.0.0.1]/a.zip", "url_not_public"),
        ("https://169.254.169.254/latest/meta-data", "url_not_public"),
        ("http://example.com/a.zip", "url_not_https"),
        ("https://a:b@example.com/a.zip", "url_with_credentials"),
        ("a.zip", "url_not_https"),
        ("https://[::1", "url_not_valid"),
    ],
)
async def test_a_url_that_is_not_asked_is_the_callers_error_and_says_why(ingest: Ingest, url: str, code: str) -> None:
    refused = await asked(ingest, url=url)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


@pytest.mark.parametrize(
    ("response", "status", "code"),
    [
        (answer(302, b"", "Location: https://169.254.169.254/"), 422, "url_redirects"),
        (answer(404, b"inner secret"), 422, "url_answered"),
        (answer(200, b"x" * (LIMIT + 1)), 413, None),
        (answer(200, b"PK\x03\x04inner secret"), 422, "truncated"),
    ],
)
async def test_what_is_no_file_for_us_there_leaves_nothing_here(
    ingest: Ingest, server: TlsServer, response: bytes, status: int, code: str | None
) -> None:
    server.respond["/a.zip"] = response
    before = await ingest.get("/v1/imports")
    refused = await asked(ingest, url=server.url("/a.zip"))
    assert (refused.status_code, refused.json().get("code")) == (status, code), refused.text
    assert "secret" not in refused.text and "169.254" not in refused.text
    assert await ingest.get("/v1/imports") == before


async def test_one_import_has_one_file(ingest: Ingest, server: TlsServer) -> None:
    url = server.serve("/a.zip", archive(1))
    assert (await ingest.upload(archive(1), url=url)).status_code == 422
    assert (await asked(ingest, url=url, object="a.zip")).status_code == 422
    assert (await asked(ingest, notes="none of them")).status_code == 422
    assert (await asked(ingest, role="viewer", url=url)).status_code == 403


async def test_a_folder_holds_no_objects_of_others(ingest: Ingest) -> None:
    assert (await asked(ingest, object="a.zip")).status_code == 409


@pytest_asyncio.fixture
async def there(infrastructure: Infrastructure, bucket: TestBucket, tmp_path: Path) -> AsyncIterator[BucketIngest]:
    async with bucket_ingest(infrastructure, bucket, tmp_path / "scratch", "stored-test.") as running:
        yield running
    assert running.on_disk() == []


async def test_an_object_of_the_tenants_folder_is_imported_and_stays_and_is_no_one_elses(there: BucketIngest) -> None:
    place = "some/where/objects/acme/exports/June.zip"
    there.bucket.put(place, archive(20, 30))
    accepted = await asked(there.ingest, object="exports/June.zip", dry_run="false")
    assert accepted.status_code == 202, accepted.text
    async with there.ingest.worker():
        check_whole(there.ingest, await there.ingest.ended(accepted.json()["id"]), 20, 30)
    assert accepted.json()["filename"] == "June.zip"
    assert (await asked(there.ingest, object="exports/June.zip")).status_code == 202
    kept = there.bucket.keys()
    assert place in kept
    for tenant, key in (("globex", "exports/June.zip"), ("globex", "../acme/exports/June.zip"), ("acme", "June.zip")):
        refused = await asked(there.ingest, tenant=tenant, object=key)
        assert (refused.status_code, refused.json()["code"]) == (404, "no_such_object")
