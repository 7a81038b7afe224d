"""An import is undone and redone as ingest has it: who may, when, what is sent, and what its figures and log say."""

import asyncio
import uuid
from typing import Any

import httpx2
import pytest

from ringback.events import ImportUndo
from services.ingest.sender import commands
from tests.integration.ingest_alone import Ingest, archive

ROWS = 2_500


async def real(ingest: Ingest, tenant: str, content: bytes | None = None, **form: str) -> Any:
    content = content or archive(contacts=20, messages=ROWS)
    answer = await ingest.upload(content, tenant, **({"dry_run": "false"} | form))
    assert answer.status_code == 202, answer.text
    return await ingest.ended(answer.json()["id"], tenant)


async def ask(ingest: Ingest, tenant: str, import_id: str, what: str, role: str = "owner") -> httpx2.Response:
    return await ingest.client.post(f"/v1/imports/{import_id}/{what}", headers=ingest.as_caller(tenant, role))


async def asked(ingest: Ingest, tenant: str, import_id: str, what: str) -> Any:
    answer = await ask(ingest, tenant, import_id, what)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def refused(ingest: Ingest, tenant: str, import_id: str, what: str) -> str:
    answer = await ask(ingest, tenant, import_id, what)
    assert answer.status_code == 409, answer.text
    return str(answer.json()["code"])


async def events(ingest: Ingest, tenant: str, import_id: str) -> list[str]:
    return [each["event"] for each in (await ingest.get(f"/v1/imports/{import_id}/log", tenant))["items"]]


async def test_an_undo_is_an_import_of_commands_and_ends_with_what_became_of_the_records(
    ingest: Ingest, tenant: str
) -> None:
    it = await real(ingest, tenant)
    undo = await asked(ingest, tenant, it["id"], "undo")
    assert (undo["undoes"], undo["parent"], undo["dry_run"], undo["summary"]) == (it["id"], it["id"], False, {})
    undo = await ingest.ended(undo["id"], tenant)
    sent = ingest.receiver.events[undo["id"], "messages"]
    assert [each.sequence for each in sent] == list(range(1, commands.needed(ROWS) + 1)) == [1, 2, 3]
    assert {(each.data.undoes, each.data.most) for each in sent} == {(it["id"], commands.RECORDS)}
    assert all(isinstance(each.data, ImportUndo) for each in sent)
    assert undo["undone"]["messages"] == {"removed": 3, "restored": 0, "kept": 0}
    assert (undo["whole"], undo["records"]) == (None, None)
    assert (await ingest.get(f"/v1/imports/{it['id']}", tenant))["status"] == "undone"
    assert (await events(ingest, tenant, it["id"]))[-2:] == ["undoing", "undone"]
    assert await events(ingest, tenant, undo["id"]) == ["accepted", "started", "finished"]
    summary = await ingest.get("/v1/imports/summary", tenant)
    assert summary["real"]["rows"] == {}


async def test_what_was_undone_is_imported_again_once(ingest: Ingest, tenant: str) -> None:
    it = await real(ingest, tenant, notes="June", tags="a;b")
    await ingest.ended((await asked(ingest, tenant, it["id"], "undo"))["id"], tenant)
    answers = await asyncio.gather(*(ask(ingest, tenant, it["id"], "redo") for _ in range(3)))
    assert sorted(each.status_code for each in answers) == [202, 409, 409]
    again = await ingest.ended(next(each.json()["id"] for each in answers if each.status_code == 202), tenant)
    assert (again["status"], again["parent"], again["undoes"]) == ("finished", it["id"], None)
    own = {"id", "parent", "status", "created_at", "started_at", "ended_at", "records"}
    assert {name: again[name] for name in again.keys() - own} == {name: it[name] for name in it.keys() - own}
    assert (await events(ingest, tenant, it["id"]))[-1] == "redone"
    await ingest.ended((await asked(ingest, tenant, again["id"], "undo"))["id"], tenant)
    assert (await ask(ingest, tenant, it["id"], "redo")).status_code == 202


async def test_of_two_who_undo_at_once_one_is_told_that_it_is_at_work(ingest: Ingest, tenant: str) -> None:
    it = await real(ingest, tenant)
    answers = await asyncio.gather(*(ask(ingest, tenant, it["id"], "undo") for _ in range(3)))
    assert sorted(each.status_code for each in answers) == [202, 409, 409]
    undo = next(each.json()["id"] for each in answers if each.status_code == 202)
    await ingest.ended(undo, tenant)
    assert await refused(ingest, tenant, undo, "undo") == "an_undo"
    assert await refused(ingest, tenant, undo, "cancel") == "cannot_be_cancelled"


@pytest.mark.parametrize(
    ("status", "dry_run", "what", "code"),
    [
        ("running", False, "undo", "not_ended"),
        ("paused", False, "undo", "not_ended"),
        ("undoing", False, "undo", "not_ended"),
        ("undone", False, "undo", "undone"),
        ("finished", True, "undo", "dry"),
        ("finished", False, "redo", "not_undone"),
    ],
)
async def test_when_it_cannot_be_is_said(
    ingest: Ingest, tenant: str, status: str, dry_run: bool, what: str, code: str
) -> None:
    it = await real(ingest, tenant, archive(contacts=1), dry_run=str(dry_run).lower())
    await ingest.execute("UPDATE imports SET status = $2 WHERE id = $1", it["id"], status)
    assert await refused(ingest, tenant, it["id"], what) == code
    await ingest.execute("UPDATE imports SET status = 'finished' WHERE id = $1", it["id"])


async def test_only_admins_and_owners_take_back_and_only_their_own(ingest: Ingest, tenant: str) -> None:
    it = await real(ingest, tenant, archive(contacts=1))
    for what in ("undo", "redo"):
        for role in ("viewer", "member"):
            assert (await ask(ingest, tenant, it["id"], what, role)).status_code == 403
        assert (await ask(ingest, "globex", it["id"], what)).status_code == 404
        assert (await ask(ingest, tenant, str(uuid.uuid4()), what)).status_code == 404


async def test_a_service_that_is_away_is_named_by_the_preview(ingest: Ingest, tenant: str) -> None:
    """Here nothing but ingest is there."""
    it = await real(ingest, tenant, archive(contacts=1))
    headers = ingest.as_caller(tenant, "viewer")
    answer = await ingest.client.get(f"/v1/imports/{it['id']}/undo", headers=headers)
    assert (answer.status_code, answer.json()["away"]) == (503, "contacts")
