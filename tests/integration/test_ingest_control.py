"""A person stops an import, for now or for good, and what is written is exactly what is counted."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest_asyncio

from tests.integration.ingest_alone import Ingest, archive, ingest_on
from tests.stack import Infrastructure

_prefixes = (f"ingest-control-test-{number}." for number in itertools.count())
ROWS = 20_000


@pytest_asyncio.fixture
async def ingest(infrastructure: Infrastructure, tmp_path: Path) -> AsyncIterator[Ingest]:
    async with ingest_on(infrastructure, tmp_path / "spool", next(_prefixes)) as running:
        running.receiver.batch, running.receiver.halts_behind = 100, 2_000
        yield running


async def started(ingest: Ingest, rows: int = ROWS, **form: str) -> str:
    answer = await ingest.upload(archive(contacts=50, messages=rows), **({"dry_run": "false"} | form))
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def ask(ingest: Ingest, import_id: str, what: str, role: str = "owner", tenant: str = "acme") -> httpx2.Response:
    return await ingest.client.post(f"/v1/imports/{import_id}/{what}", headers=ingest.as_caller(tenant, role))


async def asked(ingest: Ingest, import_id: str, what: str) -> Any:
    answer = await ask(ingest, import_id, what)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def under_way(ingest: Ingest, import_id: str) -> None:
    """Some of it is taken, and more is on its way, behind a receiver that rests."""
    await ingest.until(import_id, lambda it: it["summary"]["messages"]["new"] > 0 and ingest.receiver.halts)


async def at_rest(ingest: Ingest, import_id: str) -> int:
    """The messages that were taken, once what was on its way has landed and is counted, and 2 s on nothing has come."""
    ingest.receiver.goes_on.set()
    taken = ingest.receiver.taken[import_id, "messages"]
    landed = -1
    while landed != len(taken):
        landed = len(taken)
        await asyncio.sleep(2)
    await ingest.until(import_id, lambda it: it["summary"]["messages"]["new"] == landed)
    return landed


async def events(ingest: Ingest, import_id: str) -> list[str]:
    return [each["event"] for each in (await ingest.get(f"/v1/imports/{import_id}/log"))["items"]]


async def test_a_paused_import_writes_nothing_through_a_restart_and_goes_on_where_it_was(ingest: Ingest) -> None:
    import_id = await started(ingest)
    async with ingest.worker():
        await under_way(ingest, import_id)
        assert (await asked(ingest, import_id, "pause"))["status"] == "paused"
        taken = await at_rest(ingest, import_id)
        assert 0 < taken < ROWS
        it = await ingest.until(import_id, lambda it: it["summary"]["messages"]["new"] == taken)
        assert it["status"] == "paused"
    async with ingest.worker():
        await ingest.ended(await started(ingest, rows=10))
        assert len(ingest.receiver.taken[import_id, "messages"]) == taken
        assert (await asked(ingest, import_id, "resume"))["status"] == "queued"
        it = await ingest.ended(import_id)
    assert it["status"] == "finished" and it["summary"]["messages"]["new"] == ROWS
    assert ingest.receiver.taken[import_id, "messages"] == list(range(1, ROWS + 1))
    told = await events(ingest, import_id)
    assert told == ["accepted", "started", "counted", "paused", "continued", "started", "finished"]


async def test_a_cancelled_import_says_exactly_what_it_wrote_and_takes_nothing_more(ingest: Ingest) -> None:
    import_id = await started(ingest)
    async with ingest.worker():
        await under_way(ingest, import_id)
        assert (await asked(ingest, import_id, "cancel"))["cancelled_by"] is not None
        ingest.receiver.goes_on.set()
        it = await ingest.ended(import_id)
    taken = ingest.receiver.taken[import_id, "messages"]
    assert it["status"] == "cancelled"
    assert 0 < it["summary"]["messages"]["new"] == len(taken) < ROWS
    assert taken == list(range(1, len(taken) + 1))
    assert all(ingest.receiver.lines[import_id, entity].closed for entity in ("contacts", "messages"))
    assert (await events(ingest, import_id))[-2:] == ["cancelling", "cancelled"]


async def test_a_cancel_is_gone_on_with_when_its_worker_was_killed_in_the_middle(ingest: Ingest) -> None:
    import_id = await started(ingest)
    async with ingest.worker(RINGBACK_FAILPOINTS="ingest.before-finish") as killed:
        await under_way(ingest, import_id)
        await asked(ingest, import_id, "cancel")
        ingest.receiver.goes_on.set()
        assert await asyncio.wait_for(asyncio.to_thread(killed.wait), 60) == -9
    async with ingest.worker():
        it = await ingest.ended(import_id)
    assert it["status"] == "cancelled"
    assert it["summary"]["messages"]["new"] == len(ingest.receiver.taken[import_id, "messages"]) < ROWS


async def test_one_that_is_paused_can_be_cancelled(ingest: Ingest) -> None:
    import_id = await started(ingest)
    async with ingest.worker():
        await under_way(ingest, import_id)
        await asked(ingest, import_id, "pause")
        taken = await at_rest(ingest, import_id)
        await asked(ingest, import_id, "cancel")
        it = await ingest.ended(import_id)
    assert it["status"] == "cancelled" and it["summary"]["messages"]["new"] == taken


async def test_what_no_worker_has_begun_is_cancelled_at_once_and_never_begun(ingest: Ingest) -> None:
    cancelled, other = await started(ingest), await started(ingest, rows=10)
    it = await asked(ingest, cancelled, "cancel")
    assert it["status"] == "cancelled" and it["ended_at"] is not None
    async with ingest.worker():
        await ingest.ended(other)
    assert not ingest.receiver.taken[cancelled, "messages"]


async def test_a_pause_lets_the_tenants_next_import_through(ingest: Ingest) -> None:
    first, second = await started(ingest), await started(ingest, rows=10)
    async with ingest.worker():
        await under_way(ingest, first)
        await asked(ingest, first, "pause")
        await at_rest(ingest, first)
        assert (await ingest.ended(second))["status"] == "finished"
        await asked(ingest, first, "resume")
        assert (await ingest.ended(first))["summary"]["messages"]["new"] == ROWS


async def test_a_wish_is_granted_once_and_refused_with_its_reason_where_it_cannot_be(ingest: Ingest) -> None:
    import_id = await started(ingest, rows=10)
    revisions = {(await asked(ingest, import_id, "pause"))["status"] for _ in range(2)}
    assert revisions == {"paused"}
    assert (await events(ingest, import_id)).count("paused") == 1
    await asked(ingest, import_id, "cancel")
    assert (await asked(ingest, import_id, "cancel"))["status"] == "cancelled"
    for what in ("pause", "resume"):
        refused = await ask(ingest, import_id, what)
        assert refused.status_code == 409 and refused.json()["status_of_import"] == "cancelled"


async def test_who_may_stop_an_import(ingest: Ingest) -> None:
    real, dry = await started(ingest, rows=10), await started(ingest, rows=10, dry_run="true")
    assert (await ask(ingest, real, "pause", role="viewer")).status_code == 403
    assert (await ask(ingest, real, "pause", role="member")).status_code == 403
    assert (await ask(ingest, dry, "pause", role="member")).status_code == 200
    assert (await ask(ingest, real, "cancel", tenant="other")).status_code == 404
