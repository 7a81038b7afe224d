"""A table whose columns are not all certain waits to be mapped, and is imported by what somebody says of it."""

from typing import Any

import httpx2
import pytest

from tests.integration.imports.tables import sent
from tests.integration.ingest_alone import Ingest, archive

SAID = [{"field": "name"}, {"field": "phone"}, {"header": "Shade", "field": "custom:Colour"}, {"field": None}]


async def ask(
    ingest: Ingest, method: str, path: str, tenant: str, columns: Any = SAID, role: str = "owner"
) -> httpx2.Response:
    body = {"columns": columns}
    return await ingest.client.request(method, path, json=body, headers=ingest.as_caller(tenant, role))


async def test_it_waits_is_shown_and_tried_and_once_mapped_it_is_imported(ingest: Ingest, tenant: str) -> None:
    it = await sent(ingest, tenant, dry_run="false")
    path = f"/v1/imports/{it['id']}/mapping"
    assert (it["status"], it["started_at"]) == ("needs_mapping", None)
    shown = await ingest.get(path, tenant)
    assert [(each["header"], each["field"], each["confidence"] >= 90) for each in shown["columns"]] == [
        ("Name", "name", True),
        ("Phone", "phone", True),
        ("Shade", "custom:Shade", False),
        ("Call them", "phone_2", False),
    ]
    assert shown["columns"][2]["samples"] == ["blue", "red"]
    assert [(each["line"], each["code"]) for each in shown["rows"]] == [(2, None), (3, "bad_phone"), (4, None)]
    assert shown["rows"][0]["values"]["phone_2"] == "+12125550123"
    tried = (await ask(ingest, "POST", path + "/preview", tenant)).json()
    assert tried["rows"][0]["values"] == {"name": "Ada", "phone": "+14155552671", "custom": {"Colour": "blue"}}
    assert (tried["errors"], tried["missing"], tried["status"]) == ([], [], "needs_mapping")
    assert (await ask(ingest, "PUT", path, tenant)).json()["status"] == "queued"
    done = await ingest.ended(it["id"], tenant)
    assert (done["status"], done["summary"]["contacts"]["new"], done["summary"]["contacts"]["failed"]) == (
        "finished",
        2,
        1,
    )
    events = [each.data for each in ingest.receiver.events[it["id"], "contacts"] if hasattr(each.data, "phone")]
    assert [(each.name, each.custom) for each in events] == [("Ada", {"Colour": "blue"}), ("Eve", {})]
    again = await ask(ingest, "PUT", path, tenant)
    assert (again.status_code, again.json()["code"]) == (409, "mapped")
    assert [each["field"] for each in (await ingest.get(path, tenant))["columns"]] == [e["field"] for e in SAID]
    log = (await ingest.get(f"/v1/imports/{it['id']}/log", tenant))["items"]
    assert any("Shade → custom:Colour" in each["message"] for each in log if each["event"] == "mapped")


async def test_what_is_certain_is_not_asked_for(ingest: Ingest, tenant: str) -> None:
    it = await sent(ingest, tenant, [["Vorname", "Handy"], ["Ada", "+14155552671"]])
    assert it["status"] == "queued"
    assert (await ingest.ended(it["id"], tenant))["summary"]["contacts"]["new"] == 1


async def test_who_wants_to_see_it_first_is_asked_though_all_is_certain(ingest: Ingest, tenant: str) -> None:
    it = await sent(ingest, tenant, [["Vorname", "Handy"], ["Ada", "+14155552671"]], review="true")
    assert it["status"] == "needs_mapping"
    put = await ask(ingest, "PUT", f"/v1/imports/{it['id']}/mapping", tenant, [{"field": "name"}, {"field": "phone"}])
    assert put.json()["status"] == "queued"


async def test_an_archive_is_never_asked_for_and_has_no_mapping(ingest: Ingest, tenant: str) -> None:
    it = (await ingest.upload(archive(contacts=1), tenant)).json()
    assert it["status"] == "queued"
    answer = await ask(ingest, "GET", f"/v1/imports/{it['id']}/mapping", tenant)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_mapped")


@pytest.mark.parametrize(
    ("fields", "code", "why"),
    [
        (["name", "phone", "phone", None], "double_target", "'Phone' and 'Shade' are both mapped to phone"),
        (["name", "phone", "custom:A", "custom:A"], "double_target", "custom:A"),
        (["name", "phone", "telephone", None], "unknown_field", "custom:telephone"),
        (["name", "phone", "custom: ", None], "bad_custom_field", "cannot be"),
        (["name", None, None, None], "missing_field", "phone or email"),
        (["name", "phone"], "other_columns", "There are 4 columns, and 2 were mapped"),
    ],
)
async def test_a_mapping_that_nothing_can_be_imported_by_is_refused_and_told_in_the_preview(
    ingest: Ingest, tenant: str, fields: list[str | None], code: str, why: str
) -> None:
    path = f"/v1/imports/{(await sent(ingest, tenant))['id']}/mapping"
    columns = [{"field": each} for each in fields]
    refused = await ask(ingest, "PUT", path, tenant, columns)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert why in refused.json()["detail"]
    tried = (await ask(ingest, "POST", path + "/preview", tenant, columns)).json()
    assert code in [each["code"] for each in tried["errors"]]
    assert (await ingest.get(path, tenant))["status"] == "needs_mapping"


async def test_a_column_that_is_called_otherwise_is_a_mix_up(ingest: Ingest, tenant: str) -> None:
    path = f"/v1/imports/{(await sent(ingest, tenant))['id']}/mapping"
    answer = await ask(ingest, "PUT", path, tenant, [{"header": "Phone", "field": "phone"}, *SAID[1:]])
    assert (answer.status_code, answer.json()["code"]) == (422, "other_columns")


@pytest.mark.parametrize(
    ("role", "dry_run", "status"),
    [("viewer", "true", 403), ("member", "true", 200), ("member", "false", 403), ("admin", "false", 200)],
)
async def test_who_may_import_it_may_map_it(ingest: Ingest, tenant: str, role: str, dry_run: str, status: int) -> None:
    path = f"/v1/imports/{(await sent(ingest, tenant, dry_run=dry_run))['id']}/mapping"
    assert (await ask(ingest, "PUT", path, tenant, role=role)).status_code == status


async def test_a_dry_run_that_was_mapped_is_applied_by_the_same_mapping(ingest: Ingest, tenant: str) -> None:
    it = await sent(ingest, tenant)
    await ask(ingest, "PUT", f"/v1/imports/{it['id']}/mapping", tenant)
    assert (await ingest.ended(it["id"], tenant))["status"] == "finished"
    child = await ask(ingest, "POST", f"/v1/imports/{it['id']}/apply", tenant)
    assert child.status_code == 202, child.text
    assert (await ingest.ended(child.json()["id"], tenant))["summary"]["contacts"]["new"] == 2
    first = ingest.receiver.events[child.json()["id"], "contacts"][0].data
    assert first.custom == {"Colour": "blue"}
    shown = await ingest.get(f"/v1/imports/{child.json()['id']}/mapping", tenant)
    assert [each["field"] for each in shown["columns"]] == [each["field"] for each in SAID]


async def test_cells_that_no_utf_8_can_hold_are_shown_still(ingest: Ingest, tenant: str) -> None:
    content = "\ufeffphone,Shade\n+14155552671,a\ud800\n".encode("utf-16-le", "surrogatepass")
    answer = await ingest.client.post(
        "/v1/imports", files={"file": ("people.csv", content)}, headers=ingest.as_caller(tenant)
    )
    assert answer.status_code == 202, answer.text
    shown = await ingest.get(f"/v1/imports/{answer.json()['id']}/mapping", tenant)
    assert shown["columns"][1]["samples"] == ["a\ud800"]
    assert shown["rows"][0]["code"] == "bad_character"


async def test_what_could_be_contacts_too_waits_though_every_column_is_certain(ingest: Ingest, tenant: str) -> None:
    rows = [["From", "To", "Body", "Direction", "Sent At", "Email"]]
    rows.append(["+14155552671", "+12125550123", "hello", "inbound", "2026-01-02T03:04:05Z", ""])
    it = await sent(ingest, tenant, rows)
    assert (it["status"], [*it["summary"]]) == ("needs_mapping", ["messages"])
    assert (await sent(ingest, tenant, rows, entity="messages"))["status"] == "queued"


async def test_a_column_that_is_passed_over_by_itself_is_warned_of(ingest: Ingest, tenant: str) -> None:
    it = await sent(ingest, tenant, [["Name", "Phone", "created_at"], ["Ada", "+14155552671", "2019-05-01"]])
    page = await ingest.get(f"/v1/imports/{it['id']}/warnings", tenant)
    assert [(each["code"], each["column"]) for each in page["items"]] == [("column_passed_over", "created_at")]
