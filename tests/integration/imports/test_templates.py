"""A mapping that was saved is used again: by its name, and for the same headers in any order without being asked."""

import asyncio
from typing import Any

import httpx2
import pytest

from tests.integration.imports.tables import PEOPLE, sent
from tests.integration.ingest_alone import Ingest

COLUMNS = [
    {"header": "Name", "field": "name"},
    {"header": "PHONE", "field": "phone"},
    {"header": "shade", "field": "custom:Colour"},
    {"header": "call_them", "field": None},
]


async def save(ingest: Ingest, tenant: str, name: str = "Our list", **changes: Any) -> httpx2.Response:
    body = {"name": name, "entity": "contacts", "columns": COLUMNS} | changes
    return await ingest.client.post("/v1/mappings", json=body, headers=ingest.as_caller(tenant))


async def custom_of_first(ingest: Ingest, tenant: str, it: Any) -> Any:
    await ingest.ended(it["id"], tenant)
    return ingest.receiver.events[it["id"], "contacts"][0].data.custom


async def test_the_same_headers_in_any_order_and_case_are_not_asked_for_again(
    ingest: Ingest,
    tenant: str,
) -> None:
    assert (await save(ingest, tenant)).status_code == 201
    it = await sent(ingest, tenant, [row[::-1] for row in PEOPLE])
    assert it["status"] == "queued"
    assert await custom_of_first(ingest, tenant, it) == {"Colour": "blue"}
    other = await sent(ingest, tenant, [[*row, "x"] for row in PEOPLE])
    assert other["status"] == "needs_mapping"
    assert (await sent(ingest, f"other-{tenant}"))["status"] == "needs_mapping"


async def test_by_its_name_it_says_what_it_knows_and_the_rest_is_suggested(
    ingest: Ingest,
    tenant: str,
) -> None:
    await save(ingest, tenant)
    rows = [["E-mail", "Phone", "Shade"], ["ada@analytical.example", "+14155552671", "blue"]]
    assert (await sent(ingest, tenant, rows))["status"] == "needs_mapping"
    it = await sent(ingest, tenant, rows, template="Our list")
    assert it["status"] == "queued"
    assert await custom_of_first(ingest, tenant, it) == {"Colour": "blue"}


async def test_one_that_there_is_not_or_of_other_things_is_named(ingest: Ingest, tenant: str) -> None:
    await save(ingest, tenant)
    for form, why in (({"template": "Theirs"}, "no template 'Theirs'"), ({"entity": "calls"}, "is of contacts")):
        form = {"template": "Our list"} | form
        content = {"file": ("people.csv", b"a,b\n1,2\n")}
        headers = ingest.as_caller(tenant)
        answer = await ingest.client.post("/v1/imports", files=content, data=form, headers=headers)
        assert answer.status_code == 422
        assert why in answer.json()["detail"]


async def test_templates_are_listed_by_name_in_pages_and_dropped(ingest: Ingest, tenant: str) -> None:
    ids = [(await save(ingest, tenant, name)).json()["id"] for name in ("b", "a", "c")]
    page = await ingest.get("/v1/mappings?limit=2", tenant)
    rest = await ingest.get(f"/v1/mappings?limit=2&cursor={page['next_cursor']}", tenant)
    assert [each["name"] for each in page["items"] + rest["items"]] == ["a", "b", "c"]
    assert page["items"][0]["columns"] == COLUMNS
    for caller, status in ((f"other-{tenant}", 404), (tenant, 204), (tenant, 404)):
        answer = await ingest.client.delete(f"/v1/mappings/{ids[0]}", headers=ingest.as_caller(caller))
        assert answer.status_code == status
    assert len((await ingest.get("/v1/mappings", tenant))["items"]) == 2


async def test_of_two_of_one_name_one_is_saved(ingest: Ingest, tenant: str) -> None:
    answers = await asyncio.gather(*(save(ingest, tenant) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_of_several_for_the_same_headers_none_is_used_by_itself(ingest: Ingest, tenant: str) -> None:
    for name, field in (("one", "custom:A"), ("two", "custom:B")):
        columns = [*COLUMNS[:2], {"header": "Shade", "field": field}, COLUMNS[3]]
        assert (await save(ingest, tenant, name, columns=columns)).status_code == 201
    it = await sent(ingest, tenant)
    assert it["status"] == "needs_mapping"
    page = await ingest.get(f"/v1/imports/{it['id']}/warnings", tenant)
    assert [each["code"] for each in page["items"]] == ["several_templates"]
    assert (await sent(ingest, tenant, template="one"))["status"] == "queued"


async def test_one_whose_phone_is_no_header_of_the_table_does_not_run_by_itself(ingest: Ingest, tenant: str) -> None:
    await save(ingest, tenant)
    it = await sent(ingest, tenant, [["Name", "Shade"], ["Ada", "blue"]], template="Our list")
    assert it["status"] == "needs_mapping"
    shown = await ingest.get(f"/v1/imports/{it['id']}/mapping", tenant)
    assert [each["code"] for each in shown["errors"]] == ["missing_field"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"columns": [*COLUMNS, {"header": "na-ME", "field": None}]}, "'na-ME' is there already"),
        ({"columns": [{"header": "a", "field": "telephone"}]}, "custom:telephone"),
        ({"columns": [{"header": "a", "field": "name"}]}, "phone or email"),
        ({"columns": []}, None),
        ({"name": " "}, None),
        ({"name": "a\0b"}, None),
    ],
)
async def test_one_that_nothing_could_be_imported_by_is_refused(
    ingest: Ingest,
    tenant: str,
    changes: Any,
    why: str | None,
) -> None:
    answer = await save(ingest, tenant, **changes)
    assert answer.status_code == 422
    assert why is None or why in answer.json()["detail"]
