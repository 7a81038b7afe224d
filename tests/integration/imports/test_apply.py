"""A dry run for real: the same file and settings, once, and what its log says of it."""

import asyncio
import json
import uuid
from typing import Any

import httpx2
import pytest

from tests.integration.ingest_alone import Ingest, archive

CONTENT = archive(contacts=30, messages=20, counts={"contacts": 31}, numbers=["+14155552672"])


async def dry(ingest: Ingest, tenant: str, content: bytes = CONTENT, **form: str) -> Any:
    answer = await ingest.upload(content, tenant, **form)
    assert answer.status_code == 202, answer.text
    return await ingest.ended(answer.json()["id"], tenant)


async def apply(ingest: Ingest, tenant: str, import_id: str, role: str = "owner") -> httpx2.Response:
    return await ingest.client.post(f"/v1/imports/{import_id}/apply", headers=ingest.as_caller(tenant, role))


async def log(ingest: Ingest, tenant: str, import_id: str) -> list[Any]:
    """In pages of two."""
    entries, cursor = [], ""
    while cursor is not None:
        page = await ingest.get(
            f"/v1/imports/{import_id}/log?limit=2" + (f"&cursor={cursor}" if cursor else ""), tenant
        )
        entries += page["items"]
        cursor = page["next_cursor"]
    return entries


async def test_a_dry_run_is_applied_as_a_child_with_its_file_settings_and_choices(ingest: Ingest, tenant: str) -> None:
    form = {"notes": "June", "source": "quo", "tags": "a;b", "external_id": "x", "on_duplicate": "skip"}
    form |= {"list": "Spring", "defaults": '{"market": "North"}', "board_number": "415 555 2672", "match_on": "phone"}
    parent = await dry(ingest, tenant, callback_url="https://example.com/", **form)
    assert (parent["list"], parent["defaults"]) == ("Spring", {"market": "North", "board_number": "+14155552672"})
    await ingest.execute("UPDATE imports SET region = 'DE', zone = 'Asia/Tokyo' WHERE id = $1", parent["id"])
    parent = await ingest.get(f"/v1/imports/{parent['id']}", tenant)
    answer = await apply(ingest, tenant, parent["id"], "admin")
    assert answer.status_code == 202, answer.text
    assert answer.json()["dry_run"] is False
    child = await ingest.ended(answer.json()["id"], tenant)
    own = {"id", "parent", "dry_run", "created_at", "started_at", "ended_at", "records"}
    assert {name: child[name] for name in child.keys() - own} == {name: parent[name] for name in parent.keys() - own}
    assert (child["parent"], child["dry_run"], child["status"]) == (parent["id"], False, "finished")
    assert child["settings"] == {"region": "DE", "time_zone": "Asia/Tokyo", "own_numbers": ["+14155552672"]}


async def test_of_two_who_apply_at_once_one_is_told_of_the_others_import(ingest: Ingest, tenant: str) -> None:
    parent = await dry(ingest, tenant)
    answers = await asyncio.gather(*(apply(ingest, tenant, parent["id"]) for _ in range(4)))
    accepted = [each.json() for each in answers if each.status_code == 202]
    refused = [each.json() for each in answers if each.status_code == 409]
    assert (len(accepted), len(refused)) == (1, 3)
    assert {(each["code"], each["import_id"]) for each in refused} == {("already_applied", accepted[0]["id"])}
    assert accepted[0]["id"] in refused[0]["detail"]


@pytest.mark.parametrize("end", ["failed", "cancelled", "undone"])
async def test_it_may_be_applied_again_where_that_came_to_nothing(ingest: Ingest, tenant: str, end: str) -> None:
    parent = await dry(ingest, tenant)
    first = (await apply(ingest, tenant, parent["id"])).json()
    await ingest.ended(first["id"], tenant)
    assert (await apply(ingest, tenant, parent["id"])).status_code == 409
    await ingest.execute("UPDATE imports SET status = $2 WHERE id = $1", first["id"], end)
    again = await apply(ingest, tenant, parent["id"])
    assert again.status_code == 202
    assert (await ingest.ended(again.json()["id"], tenant))["status"] == "finished"


async def test_what_is_no_finished_dry_run_cannot_be_applied(ingest: Ingest, tenant: str) -> None:
    real = await dry(ingest, tenant, dry_run="false")
    assert (await apply(ingest, tenant, real["id"])).json()["code"] == "not_dry"
    parent = await dry(ingest, tenant)
    await ingest.execute("UPDATE imports SET status = 'failed' WHERE id = $1", parent["id"])
    answer = await apply(ingest, tenant, parent["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "not_finished")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_dry_run_whose_file_is_gone_cannot_be_applied(ingest: Ingest, tenant: str) -> None:
    parent = await dry(ingest, tenant)
    for file in ingest.api.spool.iterdir():
        file.unlink()
    answer = await apply(ingest, tenant, parent["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "file_gone")


async def test_only_admins_and_owners_apply_and_only_their_own(ingest: Ingest, tenant: str) -> None:
    parent = await dry(ingest, tenant)
    for role in ("viewer", "member"):
        assert (await apply(ingest, tenant, parent["id"], role)).status_code == 403
    assert (await apply(ingest, "globex", parent["id"])).status_code == 404
    assert (await apply(ingest, tenant, str(uuid.uuid4()))).status_code == 404
    log_of = f"/v1/imports/{parent['id']}/log"
    assert (await ingest.client.get(log_of, headers=ingest.as_caller("globex"))).status_code == 404
    assert (await ingest.client.get(log_of, headers=ingest.as_caller(tenant, "viewer"))).status_code == 200


async def test_the_log_tells_in_plain_words_what_happened_when(ingest: Ingest, tenant: str) -> None:
    parent = await dry(ingest, tenant)
    child = await ingest.ended((await apply(ingest, tenant, parent["id"])).json()["id"], tenant)
    of_parent, of_child = [await log(ingest, tenant, each["id"]) for each in (parent, child)]
    assert [each["message"] for each in of_parent] == [
        f"cli sent export.zip ({parent['size']:,} bytes), for a dry run, which writes nothing.",
        "A worker began with it.",
        "All of it was read once: contacts.csv has 30 rows, messages.csv has 20 rows.",
        "The manifest says contacts.csv has 31 rows, 30 were found.",
        "It finished. Nothing was written, as it was a dry run. "
        "contacts.csv: 30 rows done, 27 new, 0 updated, 0 skipped, 3 failed. "
        "messages.csv: 20 rows done, 20 new, 0 updated, 0 skipped, 0 failed.",
        f"cli applied it: the same file is imported for real as {child['id']}.",
    ]
    events = ["accepted", "started", "counted", "warning", "finished"]
    assert [each["event"] for each in of_parent] == [*events, "applied"]
    assert [each["event"] for each in of_child] == events
    assert [each["by"] for each in of_parent] == ["cli", None, None, None, None, "cli"]
    assert of_child[0]["message"] == f"cli applied the dry run {parent['id']}: export.zip is imported for real."
    assert [each["at"] for each in of_parent] == sorted(each["at"] for each in of_parent)


async def test_the_log_says_why_an_import_failed(ingest: Ingest, tenant: str) -> None:
    parent = await dry(ingest, tenant)
    await ingest.execute("UPDATE imports SET sha256 = '', spool_key = 'none' WHERE id = $1", parent["id"])
    await ingest.execute("UPDATE imports SET status = 'queued', ended_at = NULL WHERE id = $1", parent["id"])
    it = await ingest.ended(parent["id"], tenant)
    last = (await log(ingest, tenant, parent["id"]))[-1]
    assert (it["status"], last["event"]) == ("failed", "failed")
    assert it["reason"] in last["message"], json.dumps(last)
