"""One table of each kind from its upload to the end of its import, each by the path of the archive."""

import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest_asyncio

from tests.integration.ingest_alone import Ingest, ingest_on
from tests.stack import Infrastructure
from tests.unit.ingest.workbooks import workbook

_prefixes = (f"ingest-tables-test-{number}." for number in itertools.count())

HEADER = ("name", "phone", "tags")
ROWS = [("Ada", "+14155552671", "a;b"), ("Bob", "none", ""), ("Łucja", "+12125550123", "")]
OBJECTS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
CSV = "\n".join(";".join(f'"{cell}"' for cell in row) for row in (HEADER, *ROWS))
#: By file name: (content, the kind that it is told to be, the line of Bob).
FILES: dict[str, tuple[bytes, str, int]] = {
    "people.csv": (CSV.encode(), "csv", 3),
    "people.tsv": (CSV.replace(";", "\t").replace("a\tb", "a;b").encode("utf-16"), "csv", 3),
    "people.xlsx": (workbook(HEADER, *ROWS), "workbook", 3),
    "people.json": (json.dumps(OBJECTS).encode(), "json", 2),
    "people.ndjson": ("\n".join(map(json.dumps, OBJECTS)).encode(), "ndjson", 2),
}


@pytest_asyncio.fixture
async def ingest(infrastructure: Infrastructure, tmp_path: Path) -> AsyncIterator[Ingest]:
    async with ingest_on(infrastructure, tmp_path / "spool", next(_prefixes)) as running:
        yield running


async def sent(ingest: Ingest, filename: str, content: bytes, **form: str) -> httpx2.Response:
    form = {"dry_run": "false"} | form
    files = {"file": (filename, content)}
    return await ingest.client.post("/v1/imports", files=files, data=form, headers=ingest.as_caller("acme"))


async def check(ingest: Ingest, import_id: str, line: int) -> Any:
    """Two of three are in, as they stood, and the third is told."""
    it = await ingest.ended(import_id)
    assert it["status"] == "finished", it
    assert it["summary"] == {"contacts": {"rows": 3, "new": 2, "updated": 0, "skipped": 0, "failed": 1}}
    ada, _, lucja = ingest.receiver.events[import_id, "contacts"]
    assert (ada.data.name, ada.data.phone, ada.data.tags) == ("Ada", "+14155552671", ["a", "b"])
    assert (lucja.data.name, lucja.data.phone) == ("Łucja", "+12125550123")
    (error,) = await ingest.errors(import_id)
    assert (error["row"], error["line"], error["code"], error["column"]) == (2, line, "bad_phone", "phone")
    assert error["cells"]["name"] == "Bob"
    return it


async def test_an_export_of_nobody_as_json_is_imported_as_no_rows(ingest: Ingest) -> None:
    answer = await sent(ingest, "contacts.json", b"[\n]\n")
    async with ingest.worker():
        it = await ingest.ended(answer.json()["id"])
    assert (it["status"], it["warnings"][0]["code"]) == ("finished", "no_rows")


async def test_a_table_of_each_kind_is_imported_alike(ingest: Ingest) -> None:
    made = {}
    for filename, (content, kind, line) in FILES.items():
        answer = await sent(ingest, filename, content)
        assert answer.status_code == 202, answer.text
        assert (answer.json()["kind"], answer.json()["status"]) == (kind, "queued")
        made[answer.json()["id"]] = line
    async with ingest.worker():
        for import_id, line in made.items():
            await check(ingest, import_id, line)


async def test_contacts_in_bulk_are_the_tokens_whatever_the_body_says(ingest: Ingest) -> None:
    body = {"tenant": "globex", "contacts": OBJECTS, "external_id": "x-1", "on_duplicate": "skip", "tags": ["spring"]}
    answer = await ingest.client.post("/v1/imports/bulk", json=body, headers=ingest.as_caller("acme"))
    assert answer.status_code == 202, answer.text
    import_id = answer.json()["id"]
    assert answer.json() == {"id": import_id, "status": "queued", "estimated_seconds": 2}
    async with ingest.worker():
        it = await check(ingest, import_id, 2)
    assert (it["dry_run"], it["external_id"], it["on_duplicate"], it["tags"]) == (False, "x-1", "skip", ["spring"])
    assert [each["code"] for each in it["warnings"]] == ["tenant_not_obeyed"]
    assert ingest.receiver.lines[import_id, "contacts"].tenant == "acme"


BULK = '{"contacts": [{"phone": "+14155552671"}]'


#: What is no bulk, and how it is said; None where the answer names the field.
NO_BULK: list[tuple[str, str | None]] = [
    ("", "The body has no list `contacts`"),
    ("[1, 2]", "The body has no list `contacts`"),
    ('{"people": []}', "The body has no list `contacts`"),
    ('{"contacts": []}', "The list in contacts.json is empty"),
    ('{"contacts": {"a": 1}}', "The body has no list `contacts`"),
    ('{"contacts": [' + '{"a":1},' * 10_000 + '{"a":1}]}', "The list has more than 10000 contacts"),
    (BULK, "contacts.json is no JSON that can be read (line 1: a comma or the closing brace is missing)"),
    (BULK + ', "dry_run": NaN}', "contacts.json is no JSON that can be read (line 1: not json NaN is no number"),
    (BULK + ', "on_duplicate": "perhaps"}', None),
    (BULK + ', "callback_url": "http://plain.example"}', None),
]


async def test_a_body_that_is_no_bulk_is_refused_and_nothing_of_it_stays(ingest: Ingest) -> None:
    headers = ingest.as_caller("acme") | {"Content-Type": "application/json"}
    for body, detail in NO_BULK:
        answer = await ingest.client.post("/v1/imports/bulk", content=body.encode(), headers=headers)
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        if detail is None:
            assert answer.json()["errors"][0]["where"]
        else:
            assert answer.json()["detail"].startswith(detail)
        assert list(ingest.api.spool.iterdir()) == []


async def test_a_member_sends_bulk_dry_only(ingest: Ingest) -> None:
    for dry_run, status in ((None, 403), (False, 403), (True, 202)):
        body = {"contacts": OBJECTS, "dry_run": dry_run}
        answer = await ingest.client.post("/v1/imports/bulk", json=body, headers=ingest.as_caller("acme", "member"))
        assert answer.status_code == status, answer.text


async def test_lone_files_of_the_archive_are_what_their_names_say(ingest: Ingest) -> None:
    rows = (
        "external_message_id,from,to,direction,body,sent_at\nm1,+14155552671,+14155552672,in,Hi,2026-01-02T03:04:05Z\n"
    )
    answer = await sent(ingest, "messages.csv", rows.encode())
    assert list(answer.json()["summary"]) == ["messages"]
    async with ingest.worker():
        it = await ingest.ended(answer.json()["id"])
    assert it["summary"]["messages"]["new"] == 1


async def test_what_was_unrolled_is_unrolled_again_where_it_is_gone(ingest: Ingest) -> None:
    """As on another machine than the one that accepted it."""
    answer = await sent(ingest, "people.xlsx", FILES["people.xlsx"][0])
    for each in list(ingest.api.spool.glob("*.rows")):
        each.unlink()
    async with ingest.worker():
        await check(ingest, answer.json()["id"], 3)


async def test_what_is_not_what_its_name_says_is_refused_at_once(ingest: Ingest) -> None:
    for filename, content in (("people.zip", b"name\n"), ("people.xlsx", b"name\n"), ("people.csv", b"\n")):
        assert (await sent(ingest, filename, content)).status_code == 422
        assert list(ingest.api.spool.iterdir()) == []
