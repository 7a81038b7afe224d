"""The history as a whole: what all imports came to, and how one is taken out of it."""

import uuid
from typing import Any

from tests.integration.ingest_alone import Ingest, archive


async def imported(ingest: Ingest, tenant: str, contacts: int, **form: str) -> Any:
    answer = await ingest.upload(archive(contacts=contacts), tenant, **form)
    assert answer.status_code == 202, answer.text
    return await ingest.ended(answer.json()["id"], tenant)


async def hide(ingest: Ingest, tenant: str, import_id: str, role: str = "admin") -> int:
    answer = await ingest.client.delete(f"/v1/imports/{import_id}", headers=ingest.as_caller(tenant, role))
    return answer.status_code


async def test_the_summary_tells_what_all_imports_came_to_dry_and_for_real(ingest: Ingest, tenant: str) -> None:
    assert await ingest.get("/v1/imports/summary", tenant) == {
        "imports": 0,
        "hidden": 0,
        "by_status": {},
        "real": {"imports": 0, "rows": {}},
        "dry": {"imports": 0, "rows": {}},
        "last": None,
    }
    for dry_run in ("true", "false", "false"):
        last = await imported(ingest, tenant, 20, dry_run=dry_run)
    assert await hide(ingest, tenant, last["id"]) == 204
    summary = await ingest.get("/v1/imports/summary", tenant)
    assert (summary["imports"], summary["hidden"], summary["by_status"]) == (3, 1, {"finished": 3})
    nothing = {"seen": 0, "new": 0, "updated": 0, "skipped": 0, "failed": 0}
    assert summary["dry"] == {
        "imports": 1,
        "rows": {"contacts": nothing | {"seen": 20, "new": 18, "failed": 2}, "messages": nothing},
    }
    assert summary["real"]["rows"]["contacts"] == nothing | {"seen": 40, "new": 36, "failed": 4}
    assert summary["last"]["id"] == last["id"]
    assert (await ingest.get("/v1/imports/summary", "globex"))["imports"] == 0


async def test_a_hidden_import_is_in_no_list_and_still_there(ingest: Ingest, tenant: str) -> None:
    kept, gone = [await imported(ingest, tenant, 1) for _ in range(2)]
    assert [await hide(ingest, tenant, gone["id"]) for _ in range(2)] == [204, 204]
    listed = await ingest.get("/v1/imports", tenant)
    assert [each["id"] for each in listed["items"]] == [kept["id"]]
    everything = (await ingest.get("/v1/imports?hidden=true", tenant))["items"]
    assert [each["id"] for each in everything] == [gone["id"], kept["id"]]
    assert (everything[0]["hidden_at"] is None, everything[1]["hidden_at"]) == (False, None)
    again = await ingest.get(f"/v1/imports/{gone['id']}", tenant)
    assert again["summary"] == gone["summary"]
    log = (await ingest.get(f"/v1/imports/{gone['id']}/log", tenant))["items"]
    assert [each["event"] for each in log].count("hidden") == 1
    assert (log[-1]["by"], log[-1]["message"]) == (
        "cli",
        "cli hid it from the history. What it brought is still there.",
    )


async def test_an_import_at_work_is_not_hidden_and_others_hide_none(ingest: Ingest, tenant: str) -> None:
    it = await imported(ingest, tenant, 1)
    assert await hide(ingest, "globex", it["id"]) == 404
    assert await hide(ingest, tenant, str(uuid.uuid4())) == 404
    assert await hide(ingest, tenant, it["id"], "member") == 403
    await ingest.execute("UPDATE imports SET status = 'paused' WHERE id = $1", it["id"])
    answer = await ingest.client.delete(f"/v1/imports/{it['id']}", headers=ingest.as_caller(tenant, "admin"))
    assert (answer.status_code, "cancel it first" in answer.json()["detail"]) == (409, True)
