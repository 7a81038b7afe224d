"""What an upload's form leaves with its import, and by what imports are found again."""

import uuid
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.ingest_alone import Ingest, archive, ingest_on
from tests.stack import Infrastructure


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ingest(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ingest]:
    spool: Path = tmp_path_factory.mktemp("spool")
    async with ingest_on(infrastructure, spool, "ingest-listing-test.") as running:
        yield running


async def made(ingest: Ingest, tenant: str, **form: str) -> Any:
    answer = await ingest.upload(archive(contacts=1), tenant, **form)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def found(ingest: Ingest, tenant: str, **query: Any) -> list[str]:
    """The notes of all pages, of two each."""
    notes, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = await ingest.client.get(
            "/v1/imports", params={"limit": 2, **query, **more}, headers=ingest.as_caller(tenant, "viewer")
        )
        assert answer.status_code == 200, answer.text
        notes += [each["notes"] for each in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return notes


async def test_what_the_form_says_is_kept_and_shown(ingest: Ingest) -> None:
    form = {"match_on": "email", "external_id": "x-1", "callback_url": "https://example.com/done?a=1"}
    it = await made(ingest, "kept", **form)
    again = await ingest.get(f"/v1/imports/{it['id']}", "kept")
    assert {name: again[name] for name in form} == form
    assert again["created_by"] == "cli"
    plain = await made(ingest, "kept")
    assert (plain["match_on"], plain["external_id"], plain["callback_url"]) == ("both", None, None)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://",
        "example.com",
        "https://user:secret@example.com/",
        "https://e.com/" + "x" * 2_000,
        "https://exa mple.com/\x01",
    ],
)
async def test_a_callback_is_an_https_address_without_a_password_of_at_most_2000_characters(
    ingest: Ingest, url: str
) -> None:
    answer = await ingest.upload(archive(contacts=1), callback_url=url)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["where"] == ["callback_url"]
    assert "secret" not in answer.text


async def test_the_list_is_filtered_by_each_of_its_fields_and_all_at_once(ingest: Ingest) -> None:
    tenant = f"filters-{uuid.uuid4()}"
    await made(ingest, tenant, notes="one", source="quo", dry_run="false")
    await made(ingest, tenant, notes="two 100%", external_id="x-2")
    await made(ingest, tenant, notes="Three", source="quo")
    assert await found(ingest, tenant, source="quo") == ["Three", "one"]
    assert await found(ingest, tenant, dry_run=False) == ["one"]
    assert await found(ingest, tenant, external_id="x-2") == ["two 100%"]
    assert await found(ingest, tenant, status=["queued", "running"]) == ["Three", "two 100%", "one"]
    assert await found(ingest, tenant, status="finished") == []
    assert await found(ingest, tenant, created_by="cli") == ["Three", "two 100%", "one"]
    assert await found(ingest, tenant, created_by="somebody else") == []
    assert await found(ingest, tenant, q="tHR") == ["Three"]
    assert await found(ingest, tenant, q="0%") == ["two 100%"]
    assert await found(ingest, tenant, q="EXPORT.z") == ["Three", "two 100%", "one"]
    assert await found(ingest, tenant, q="X-2") == ["two 100%"]
    assert await found(ingest, tenant, parent=str(uuid.uuid4())) == []
    assert await found(ingest, tenant, kind=["archive", "csv"]) == ["Three", "two 100%", "one"]
    assert await found(ingest, tenant, kind="workbook") == []
    assert await found(ingest, tenant, q="_") == []
    assert await found(ingest, tenant, q="e", source="quo", dry_run=True) == ["Three"]


async def test_spans_of_time_that_meet_have_each_import_once(ingest: Ingest) -> None:
    tenant = f"spans-{uuid.uuid4()}"
    times = [(await made(ingest, tenant, notes=each))["created_at"] for each in ("one", "two", "three")]
    assert await found(ingest, tenant, created_from=times[1]) == ["three", "two"]
    assert await found(ingest, tenant, created_to=times[1]) == ["one"]
    later = datetime.fromisoformat(times[2]) + timedelta(microseconds=1)
    assert await found(ingest, tenant, created_from=times[1], created_to=later.isoformat()) == ["three", "two"]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "perhaps"},
        {"created_from": "2026-01-02"},
        {"created_from": "0001-01-01T00:00:00+14:00"},
        {"created_to": "9999-12-31T23:59:59-14:00"},
        {"q": "a\0b"},
        {"source": "x" * 501},
        {"dry_run": "perhaps"},
    ],
)
async def test_a_filter_that_cannot_be_read_is_named(ingest: Ingest, query: dict[str, str]) -> None:
    answer = await ingest.client.get("/v1/imports", params=query, headers=ingest.as_caller("acme"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"][:2] == ["query", *query]
