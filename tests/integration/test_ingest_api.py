"""The HTTP API of imports: who may, what is refused and how it is said."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.integration.ingest_alone import Ingest, archive, ingest_on
from tests.stack import Infrastructure


@pytest_asyncio.fixture
async def ingest(infrastructure: Infrastructure, tmp_path: Path) -> AsyncIterator[Ingest]:
    async with ingest_on(infrastructure, tmp_path / "spool", "ingest-api-test.") as running:
        yield running


def spooled(ingest: Ingest) -> list[Path]:
    return list(ingest.api.spool.iterdir()) if ingest.api.spool.exists() else []


async def test_an_upload_is_dry_and_updates_unless_told_otherwise(ingest: Ingest) -> None:
    answer = await ingest.upload(archive(contacts=3), notes="  June export ", tags="a; ;b", external_id="x-1")
    assert answer.status_code == 202
    it = answer.json()
    assert (it["status"], it["dry_run"], it["on_duplicate"], it["source"]) == ("queued", True, "update", "parser-csv")
    assert (it["notes"], it["tags"], it["external_id"], it["filename"]) == (
        "June export",
        ["a", "b"],
        "x-1",
        "export.zip",
    )
    assert it["summary"]["contacts"] == {"rows": None, "new": 0, "updated": 0, "skipped": 0, "failed": 0}


async def test_the_source_is_the_forms_else_the_manifests(ingest: Ingest) -> None:
    named = archive(contacts=1, source="quo")
    assert (await ingest.upload(named)).json()["source"] == "quo"
    assert (await ingest.upload(named, source="own")).json()["source"] == "own"


@pytest.mark.parametrize(
    ("role", "form", "status"),
    [
        ("viewer", {}, 403),
        ("member", {}, 202),
        ("member", {"dry_run": "false"}, 403),
        ("admin", {"dry_run": "no"}, 202),
    ],
)
async def test_members_import_dry_and_viewers_not_at_all(
    ingest: Ingest, role: str, form: dict[str, str], status: int
) -> None:
    answer = await ingest.upload(archive(contacts=1), role=role, **form)
    assert answer.status_code == status
    if status == 403:
        assert answer.headers["content-type"] == "application/problem+json"
        assert spooled(ingest) == []


@pytest.mark.parametrize(
    ("content", "form", "status"),
    [
        (b"", {}, 422),
        (b"phone\n+14155552671\n", {}, 422),
        (archive(contacts=1)[:-10], {}, 422),
        (archive(contacts=1), {"on_duplicate": "perhaps"}, 422),
        (archive(contacts=1), {"notes": "a\0b"}, 422),
        (archive(contacts=1), {"notes": "x" * 70_000}, 413),
    ],
)
async def test_what_is_refused_leaves_nothing_behind(
    ingest: Ingest, content: bytes, form: dict[str, str], status: int
) -> None:
    answer = await ingest.upload(content, **form)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert spooled(ingest) == []


async def test_an_upload_over_the_limit_is_413_and_gone(ingest: Ingest) -> None:
    answer = await ingest.upload(b"x" * (ingest.api.upload_limit + 1))
    assert answer.status_code == 413
    assert spooled(ingest) == []


async def test_a_form_without_a_file_says_so(ingest: Ingest) -> None:
    form = {"notes": (None, "none")}
    answer = await ingest.client.post("/v1/imports", files=form, headers=ingest.as_caller("acme"))
    assert answer.status_code == 422
    assert "file" in answer.json()["detail"]


async def test_what_is_no_form_is_415(ingest: Ingest) -> None:
    answer = await ingest.client.post("/v1/imports", content=b"{}", headers=ingest.as_caller("acme"))
    assert answer.status_code == 415


@pytest.mark.parametrize("path", ["/v1/imports/{id}", "/v1/imports/{id}/errors"])
async def test_another_tenants_import_is_a_404_like_one_that_is_not_there(ingest: Ingest, path: str) -> None:
    import_id = (await ingest.upload(archive(contacts=1))).json()["id"]
    for tenant, which in (("globex", import_id), ("acme", str(uuid.uuid4()))):
        answer = await ingest.client.get(path.format(id=which), headers=ingest.as_caller(tenant))
        assert answer.status_code == 404
    assert (await ingest.client.get(path.format(id=import_id), headers=ingest.as_caller("acme", "viewer"))).is_success


async def test_the_list_is_the_tenants_own_newest_first_in_pages(ingest: Ingest) -> None:
    tenant = f"pages-{uuid.uuid4()}"
    made = [(await ingest.upload(archive(contacts=1), tenant)).json()["id"] for _ in range(5)]
    first = await ingest.get("/v1/imports?limit=3", tenant)
    rest = await ingest.get(f"/v1/imports?limit=3&cursor={first['next_cursor']}", tenant)
    assert [each["id"] for each in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None
    assert (await ingest.get("/v1/imports", f"nobody-{uuid.uuid4()}"))["items"] == []


async def test_uploads_at_once_do_not_meet(ingest: Ingest) -> None:
    answers = await asyncio.gather(*(ingest.upload(archive(contacts=each)) for each in range(1, 9)))
    assert len({answer.json()["sha256"] for answer in answers}) == 8
    assert len(spooled(ingest)) == 8
