"""From an upload to the end of its import, on the real broker and database, with the worker dying on the way."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.integration.ingest_alone import Ingest, archive, ingest_on
from tests.stack import Infrastructure

_prefixes = (f"ingest-test-{number}." for number in itertools.count())


@pytest_asyncio.fixture
async def ingest(infrastructure: Infrastructure, tmp_path: Path) -> AsyncIterator[Ingest]:
    async with ingest_on(infrastructure, tmp_path / "spool", next(_prefixes)) as running:
        yield running


async def accepted(ingest: Ingest, content: bytes, tenant: str = "acme", **form: str) -> str:
    answer = await ingest.upload(content, tenant, **({"dry_run": "false"} | form))
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def check_whole(ingest: Ingest, it: dict[str, object], contacts: int, messages: int) -> None:
    """Every row was taken once and in order, and the summary says so."""
    rejected = contacts // 10
    none = {"updated": 0, "skipped": 0}
    assert it["status"] == "finished"
    assert it["summary"] == {
        "contacts": {"rows": contacts, "new": contacts - rejected, "failed": rejected} | none,
        "messages": {"rows": messages, "new": messages, "failed": 0} | none,
    }
    assert ingest.receiver.taken[it["id"], "contacts"] == list(range(1, contacts + 1))
    assert ingest.receiver.taken[it["id"], "messages"] == list(range(1, messages + 1))


async def test_every_row_is_sent_counted_and_the_failed_ones_are_kept_with_their_cells(ingest: Ingest) -> None:
    content = archive(contacts=500, messages=2_000, counts={"contacts": 501}, numbers=["+14155552672"])
    import_id = await accepted(ingest, content, tags="spring; web")
    async with ingest.worker():
        it = await ingest.ended(import_id)
    check_whole(ingest, it, 500, 2_000)
    assert [each["code"] for each in it["warnings"]] == ["count_differs"]
    errors = await ingest.errors(import_id, limit=20)
    assert [(each["row"], each["line"], each["cells"]) for each in errors] == [
        (row, row + 1, {"phone": f"none {row}"}) for row in range(10, 501, 10)
    ]
    assert ingest.receiver.events[import_id, "contacts"][0].data.import_tags == ["spring", "web"]


@pytest.mark.parametrize(
    "failpoint", ["ingest.after-send@3", "ingest.after-ack@2", "ingest.before-finish", "ingest.after-send@8"]
)
async def test_a_killed_worker_is_gone_on_from_within_5_seconds(ingest: Ingest, tmp_path: Path, failpoint: str) -> None:
    import_id = await accepted(ingest, archive(contacts=1_000, messages=8_000))
    async with ingest.worker(RINGBACK_FAILPOINTS=failpoint) as killed:
        assert await asyncio.wait_for(asyncio.to_thread(killed.wait), 60) == -9
    async with ingest.worker():
        it = await ingest.ended(import_id)
    check_whole(ingest, it, 1_000, 8_000)
    assert len(await ingest.errors(import_id)) == 100
    log = [each["event"] for each in (await ingest.get(f"/v1/imports/{import_id}/log"))["items"]]
    assert log == ["accepted", "started", "counted", "taken_over", "finished"]


async def test_another_worker_takes_over_while_it_runs(ingest: Ingest) -> None:
    import_id = await accepted(ingest, archive(contacts=100, messages=20_000))
    ingest.receiver.batch = 100
    async with ingest.worker() as first, ingest.worker():
        await ingest.until(import_id, lambda it: it["summary"]["messages"]["new"] > 0)
        first.kill()
        it = await ingest.ended(import_id)
    check_whole(ingest, it, 100, 20_000)


async def test_sigterm_ends_it_within_5_seconds_and_keeps_what_was_acknowledged(ingest: Ingest) -> None:
    import_id = await accepted(ingest, archive(messages=20_000))
    ingest.receiver.batch = 100
    async with ingest.worker() as worker:
        await ingest.until(import_id, lambda it: it["summary"]["messages"]["new"] > 0)
        worker.terminate()
        started = time.monotonic()
        assert await asyncio.to_thread(worker.wait, 10) == 0
        assert time.monotonic() - started < 5
    kept = (await ingest.get(f"/v1/imports/{import_id}"))["summary"]["messages"]["new"]
    assert 0 < kept <= 20_000
    async with ingest.worker():
        check_whole(ingest, await ingest.ended(import_id), 0, 20_000)


async def test_one_import_of_a_tenant_runs_at_once_and_another_tenant_does_not_wait(ingest: Ingest) -> None:
    ingest.receiver.deaf = True
    first = await accepted(ingest, archive(contacts=20))
    second = await accepted(ingest, archive(contacts=30))
    other = await accepted(ingest, archive(contacts=40), tenant="globex")
    async with ingest.worker(), ingest.worker():
        await ingest.until(first, lambda it: it["status"] == "running")
        await ingest.until(other, lambda it: it["status"] == "running", "globex")
        assert (await ingest.get(f"/v1/imports/{second}"))["status"] == "queued"
        ingest.receiver.deaf = False
        check_whole(ingest, await ingest.ended(other, "globex"), 40, 0)
        check_whole(ingest, await ingest.ended(first), 20, 0)
        check_whole(ingest, await ingest.ended(second), 30, 0)


async def test_a_row_that_only_the_domain_refuses_is_kept_with_its_cells(ingest: Ingest) -> None:
    ingest.receiver.refuse = {11}
    import_id = await accepted(ingest, archive(contacts=15))
    async with ingest.worker():
        it = await ingest.ended(import_id)
    assert it["summary"]["contacts"]["failed"] == 2
    refused = (await ingest.errors(import_id))[1]
    assert (refused["row"], refused["line"], refused["code"]) == (11, 12, "refused")
    assert refused["cells"] == {"phone": "+14155552011"}


async def test_over_1_000_rows_that_the_domain_refuses_fail_the_import(ingest: Ingest) -> None:
    ingest.receiver.refuse = set(range(30_000))
    ingest.receiver.batch = 100
    import_id = await accepted(ingest, archive(messages=30_000))
    async with ingest.worker():
        it = await ingest.ended(import_id)
    assert it["status"] == "failed"
    assert "1000 rows" in it["reason"]
    assert all(ingest.receiver.lines[import_id, entity].closed for entity in ("contacts", "messages"))


async def test_an_import_whose_upload_is_gone_fails_and_its_lines_are_closed(ingest: Ingest) -> None:
    import_id = await accepted(ingest, archive(contacts=15))
    for file in ingest.api.spool.iterdir():
        file.unlink()
    async with ingest.worker():
        it = await ingest.ended(import_id)
    assert it["status"] == "failed"
    assert "spool" in it["reason"]
    assert all(ingest.receiver.lines[import_id, entity].closed for entity in ("contacts", "messages"))
