"""Failed rows run again: mended in a file or by new settings, and the import shows what became of all of them."""

import io
import uuid

import httpx2
import pytest
from python_calamine import CalamineWorkbook

from tests.integration.imports.retries import Tenant, figures, table, zipped
from tests.integration.ingest_alone import Ingest
from tests.unit.ingest.workbooks import workbook

HEADER = ["phone", "first_name"]
ADA, BOB, EVE, GUS = [[f"+1415555267{each}", name] for each, name in enumerate(("Ada", "Bob", "Eve", "Gus"))]
#: Lines 3, 4 and 6 fail.
CONTACTS = [HEADER, ADA, ["none", "Bob"], ["nothing", "Eve"], GUS, ["020 7946 0018", "Kim"]]


@pytest.fixture
def tenant(ingest: Ingest) -> Tenant:
    return Tenant(ingest)


async def test_rows_that_are_mended_in_the_errors_file_run_again_alone_and_the_import_shows_the_whole(
    tenant: Tenant,
) -> None:
    it = await tenant.imported(table(CONTACTS))
    header, bob, eve, kim = await tenant.failed(it["id"])
    dry = await tenant.retried(it["id"], table([header, [*BOB, *bob[2:]], eve, kim]), dry_run="true")
    assert (dry["dry_run"], dry["summary"]["contacts"]) == (True, figures(new=1, failed=2))
    assert (await tenant.get(f"/v1/imports/{it['id']}"))["whole"]["contacts"] == figures(new=2, failed=3)
    first = await tenant.retried(it["id"], table([header, [*BOB, *bob[2:]], eve, kim]))
    assert (first["parent"], first["retry_of"], first["whole"]) == (it["id"], it["id"], None)
    assert [each.first_name for each in tenant.events(first, "contacts") if hasattr(each, "first_name")] == ["Bob"]
    again = await tenant.retried(it["id"], table([HEADER, EVE]))
    assert again["summary"]["contacts"] == figures(new=1)
    now = await tenant.get(f"/v1/imports/{it['id']}")
    assert now["summary"]["contacts"] == figures(new=2, failed=3)
    assert now["whole"]["contacts"] == figures(new=4, failed=1)
    assert [each["id"] for each in now["retries"]] == [dry["id"], first["id"], again["id"]]
    listed = (await tenant.get(f"/v1/imports/{it['id']}/errors"))["items"]
    assert [each["mended_by"] for each in listed] == [first["id"], again["id"], None]
    assert [row[2] for row in await tenant.failed(it["id"], mended="false")] == ["line", "6"]
    assert first["id"] in (await tenant.failed(it["id"]))[1][4]


async def test_what_was_mended_before_or_names_no_failed_row_does_not_run_again(tenant: Tenant) -> None:
    it = await tenant.imported(table(CONTACTS))
    header, bob, eve, _ = await tenant.failed(it["id"])
    await tenant.retried(it["id"], table([header, [*BOB, *bob[2:]]]))
    again = await tenant.retried(it["id"], table([header, [*BOB, *bob[2:]], [*EVE, *eve[2:]], [*ADA, "2", "", ""]]))
    assert again["summary"]["contacts"] == figures(new=1)
    assert {each["code"] for each in again["warnings"]} == {"errors_file", "not_failing"}
    assert await tenant.refused(it["id"], table([header, [*BOB, *bob[2:]]])) == (409, "nothing_failed")
    assert await tenant.refused(it["id"], table(CONTACTS)) == (422, "too_many_rows")
    assert await tenant.refused(it["id"], table([["phone", "surname"], BOB])) == (422, "other_columns")
    assert await tenant.refused(it["id"], zipped(calls=[["from"]])) == (422, "other_file")
    assert (await tenant.retried(it["id"], table([["first_name", "phone"], ["Kim", "+442079460018"]])))["status"]
    assert await tenant.refused(it["id"]) == (409, "nothing_failed")


async def test_without_a_file_the_same_rows_run_again_by_todays_settings(tenant: Tenant) -> None:
    it = await tenant.imported(table(CONTACTS), tags="a", notes="June")
    await tenant.settings(region="GB", own_numbers=["+442079460000"])
    child = await tenant.retried(it["id"])
    assert child["settings"] == {"region": "GB", "time_zone": "UTC", "own_numbers": ["+442079460000"]}
    assert (child["tags"], child["notes"], child["sha256"]) == (["a"], "June", it["sha256"])
    assert child["summary"]["contacts"] == figures(new=1, failed=2)
    assert [each["line"] for each in (await tenant.get(f"/v1/imports/{child['id']}/errors"))["items"]] == [3, 4]
    assert (await tenant.get(f"/v1/imports/{it['id']}"))["whole"]["contacts"] == figures(new=3, failed=2)
    mended = await tenant.retried(child["id"], table([HEADER, BOB]))
    assert (mended["parent"], mended["retry_of"]) == (child["id"], it["id"])
    again = await tenant.retried(child["id"])
    assert [each["row"] for each in (await tenant.get(f"/v1/imports/{again['id']}/errors"))["items"]] == [1]
    assert (await tenant.get(f"/v1/imports/{it['id']}"))["whole"]["contacts"] == figures(new=4, failed=1)


async def test_a_tables_mapping_holds_for_its_mended_rows_in_whatever_order_the_columns_come(tenant: Tenant) -> None:
    headers = tenant.ingest.as_caller(tenant.name)
    content = {"file": ("contacts.csv", table([["Wer", "Nr", "x"], ["Ada", ADA[0], "a"], ["Bob", "none", "b"]]))}
    sent = await tenant.ingest.client.post("/v1/imports", files=content, data={"dry_run": "false"}, headers=headers)
    path = f"/v1/imports/{sent.json()['id']}/mapping"
    said = {"columns": [{"field": "first_name"}, {"field": "phone"}, {"field": None}]}
    assert (await tenant.ingest.client.put(path, json=said, headers=headers)).status_code == 200
    it = await tenant.ingest.ended(sent.json()["id"], tenant.name)
    assert it["summary"]["contacts"] == figures(new=1, failed=1)
    mended = await tenant.retried(it["id"], table([["Nr", "x", "Wer"], [BOB[0], "b", BOB[1]]]))
    bob = tenant.events(mended, "contacts")[0]
    assert (bob.phone, bob.first_name, bob.custom) == (*BOB, {})
    of_retry = await tenant.ingest.client.get(f"/v1/imports/{mended['id']}/mapping", headers=headers)
    assert (of_retry.status_code, of_retry.json()["code"]) == (409, "not_mapped")
    columns = [{"header": "Wer", "field": "first_name"}, {"header": "Nr", "field": "phone"}]
    assert it["mapping"]["contacts"] == [*columns, {"header": "x", "field": None}]
    assert mended["mapping"]["contacts"] == [columns[1], {"header": "x", "field": None}, columns[0]]


MESSAGES = ["external_message_id", "external_conversation_id", "from", "to", "direction", "body", "sent_at"]
#: The second has no time; a number of its conversation, which the third needs too, is one in another region only.
ARCHIVE = zipped(
    {"numbers": ["+14155552671"]},
    conversations=[["id", "our_number", "contact_phone"], ["c", "+14155552671", "020 7946 0018;+14155552672"]],
    messages=[
        MESSAGES,
        ["1", "", "+14155552671", "+14155552672", "", "a", "2026-01-02T03:04:05Z"],
        ["2", "c", "", "", "in", "b", ""],
        ["3", "c", "", "", "in", "c", "2026-01-02T03:04:05Z"],
    ],
)


async def test_messages_find_their_conversation_in_the_archive_that_they_came_with(tenant: Tenant) -> None:
    it = await tenant.imported(ARCHIVE)
    assert [it["summary"][each]["failed"] for each in ("conversations", "messages")] == [0, 2]
    await tenant.settings(region="GB")
    child = await tenant.retried(it["id"])
    assert (list(child["summary"]), child["summary"]["messages"]) == (["messages"], figures(new=1, failed=1))
    header, row = await tenant.failed(it["id"], mended="false")
    mended = await tenant.retried(it["id"], table([header, [*row[:6], "2026-01-02T03:04:06Z", *row[7:]]]), "m.csv")
    assert mended["summary"] == {"messages": figures(new=1)}
    for each in (child, mended):
        said = tenant.events(each, "messages")[-1]
        assert (said.our_number, said.participants) == ("+14155552671", ["+14155552672", "+442079460018"])


async def test_a_row_that_only_a_domain_service_refused_runs_again(ingest: Ingest, tenant: Tenant) -> None:
    ingest.receiver.refuse = {2}
    it = await tenant.imported(table([HEADER, ADA, BOB, EVE]))
    ingest.receiver.refuse = set()
    assert it["summary"]["contacts"] == figures(new=2, failed=1)
    child = await tenant.retried(it["id"])
    assert [each.first_name for each in tenant.events(child, "contacts")] == ["Bob"]
    assert (await tenant.get(f"/v1/imports/{it['id']}"))["whole"]["contacts"] == figures(new=3)


async def test_the_errors_of_several_files_are_one_archive_that_can_be_sent_back(tenant: Tenant) -> None:
    it = await tenant.imported(zipped(contacts=CONTACTS, messages=[MESSAGES, ["1"] * 7, ["2"] * 7]))
    answer = await tenant.errors(it["id"])
    assert answer.headers["content-disposition"] == 'attachment; filename="errors.zip"'
    child = await tenant.retried(it["id"], answer.content, "errors.zip")
    assert {name: each["failed"] for name, each in child["summary"].items()} == {"contacts": 3, "messages": 2}
    assert [each["line"] for each in (await tenant.get(f"/v1/imports/{child['id']}/errors"))["items"]] == [
        2,
        3,
        4,
        2,
        3,
    ]


async def test_a_dry_run_is_retried_dry_and_a_dry_retry_can_be_applied(tenant: Tenant) -> None:
    dry = await tenant.imported(table(CONTACTS), dry_run="true")
    assert await tenant.refused(dry["id"], dry_run="false") == (409, "of_a_dry_run")
    mends = await tenant.retried(dry["id"], table([HEADER, BOB]), dry_run="true")
    assert (await tenant.get(f"/v1/imports/{dry['id']}"))["whole"]["contacts"] == figures(new=3, failed=2)
    assert (await apply(tenant, mends["id"])).json()["code"] == "of_a_dry_run"
    it = await tenant.ingest.ended((await apply(tenant, dry["id"])).json()["id"], tenant.name)
    mends = await tenant.retried(it["id"], table([HEADER, BOB, EVE]), dry_run="true")
    real = await tenant.ingest.ended((await apply(tenant, mends["id"])).json()["id"], tenant.name)
    assert (real["parent"], real["retry_of"], real["summary"]["contacts"]) == (mends["id"], it["id"], figures(new=2))
    assert (await tenant.get(f"/v1/imports/{it['id']}"))["whole"]["contacts"] == figures(new=4, failed=1)
    summary = await tenant.get("/v1/imports/summary")
    assert summary["real"]["rows"]["contacts"] == {"seen": 5, "new": 4, "updated": 0, "skipped": 0, "failed": 1}


async def test_a_workbooks_failed_rows_are_a_workbook_whose_text_stays_text(tenant: Tenant) -> None:
    it = await tenant.imported(
        workbook(["phone", "first_name", "custom:code"], [*ADA, "00123"], ["none", "Bob", "00456"])
    )
    answer = await tenant.errors(it["id"])
    assert answer.headers["content-disposition"] == 'attachment; filename="contacts-errors.xlsx"'
    header, row = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert (header[3:], row[:5]) == (["line", "code", "error"], ["none", "Bob", "00456", "3", "bad_phone"])
    mended = await tenant.retried(it["id"], workbook(header, [BOB[0], *row[1:]]), "contacts-errors.xlsx")
    assert (mended["kind"], mended["summary"]["contacts"]) == ("workbook", figures(new=1))
    assert tenant.events(mended, "contacts")[0].custom == {"code": "00456"}
    assert (await tenant.failed(it["id"], format="csv"))[0] == header


async def apply(tenant: Tenant, import_id: str) -> httpx2.Response:
    return await tenant.ingest.client.post(
        f"/v1/imports/{import_id}/apply", headers=tenant.ingest.as_caller(tenant.name)
    )


async def test_what_a_cancelled_import_had_failed_runs_again_to_its_end(tenant: Tenant) -> None:
    it = await tenant.imported(table(CONTACTS))
    await tenant.ingest.execute("UPDATE imports SET status = 'cancelled', cancelled_by = 'x' WHERE id = $1", it["id"])
    child = await tenant.retried(it["id"], table([HEADER, BOB]))
    assert (child["status"], child["cancelled_by"], child["summary"]["contacts"]) == ("finished", None, figures(new=1))


async def test_who_may_and_when_it_can_be_is_said(ingest: Ingest, tenant: Tenant) -> None:
    it = await tenant.imported(table(CONTACTS))
    assert (await tenant.ask(it["id"], role="viewer")).status_code == 403
    assert (await tenant.ask(it["id"], role="member", dry_run="false")).status_code == 403
    assert (await tenant.ask(str(uuid.uuid4()))).status_code == 404
    assert (await Tenant(ingest).ask(it["id"])).status_code == 404
    dry = await tenant.ask(it["id"], role="member")
    assert (dry.status_code, dry.json()["dry_run"]) == (202, True)
    await ingest.ended(dry.json()["id"], tenant.name)
    for status, code, whose in (("paused", "retry_at_work", dry.json()["id"]), ("running", "not_ended", it["id"])):
        await ingest.execute("UPDATE imports SET status = $2 WHERE id = $1", whose, status)
        assert await tenant.refused(it["id"]) == (409, code)
        await ingest.execute("UPDATE imports SET status = 'finished' WHERE id = $1", whose)
    for each in ingest.api.spool.iterdir():
        each.unlink()
    assert await tenant.refused(it["id"]) == (409, "file_gone")
    log = [each["event"] for each in (await tenant.get(f"/v1/imports/{it['id']}/log"))["items"]]
    assert log[-1] == "retried"
