"""What is chosen of an import holds for a table of any kind as for an archive, and its contacts show it."""

import io
import json
from itertools import product
from random import Random
from typing import Any

import pytest
import xlsxwriter

from tests.faults.conftest import Tenants
from tests.faults.shown import as_the_api_shows, shown
from tests.faults.tenant import Tenant
from tests.reference.build import Rows, csv_of, zipped
from tests.reference.fold import MATCH_ON, POLICIES
from tests.reference.fold import Tenant as Reference
from tests.reference.messyrows import contact
from tests.reference.model import Archive
from tests.reference.parse import read_archive
from tests.reference.world import World

COLUMNS = ("external_contact_id", "first_name", "phone", "phone_2", "email", "status", "tags", "list", "board_number")
ROWS, PEOPLE = 30, 12


def people(seed: int) -> Rows:
    """The same people in other words under each seed."""
    rnd = Random(seed)
    made = [contact(rnd, World(PEOPLE)) for _ in range(ROWS)]
    return [{column: row[column] for column in COLUMNS} for row in made]


def archive(rows: Rows) -> Archive:
    return read_archive(zipped({"contacts.csv": csv_of(rows)}))


def workbook(rows: Rows) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for at, cells in enumerate([COLUMNS, *(row.values() for row in rows)]):
            for column, cell in enumerate(cells):
                sheet.write_string(at, column, cell)
    return written.getvalue()


def document(rows: Rows) -> bytes:
    return json.dumps({"contacts": rows}).encode()


def lines(rows: Rows) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


KINDS = {"people.csv": csv_of, "people.xlsx": workbook, "people.json": document, "people.ndjson": lines}


async def sent(tenant: Tenant, name: str, content: bytes, **form: str) -> dict[str, Any]:
    """The import at its end."""
    answer = await tenant.http.post("/v1/imports", files={"file": (name, content)}, data={"dry_run": "false"} | form)
    assert answer.status_code == 202, answer.text
    return await tenant.ended(answer.json()["id"])


#: Each policy with each way to match, of which every kind of table takes some.
WAYS = [(seed, *way) for seed, way in enumerate(product(POLICIES, MATCH_ON))]


@pytest.mark.parametrize("name", KINDS)
async def test_every_policy_and_way_to_match_does_through_a_table_what_it_does_through_an_archive(
    tenants: Tenants, name: str
) -> None:
    for seed, policy, match_on in WAYS[list(KINDS).index(name) :: len(KINDS)]:
        before, rows = people(2 * seed), people(2 * seed + 1)
        reference = Reference()
        reference.import_archive(archive(before), "before", tags=("first",))
        told = reference.import_archive(archive(rows), "table", policy, ("second",), match_on=match_on)
        async with tenants(f"{policy}-{match_on}".replace("_", "-")) as tenant:
            await sent(tenant, "export.zip", zipped({"contacts.csv": csv_of(before)}), tags="first")
            form = {"on_duplicate": policy, "match_on": match_on, "tags": "second"}
            it = await sent(tenant, name, KINDS[name](rows), **form)
            assert it["summary"] == {"contacts": told["contacts"].as_dict()}
            assert await shown(tenant) == as_the_api_shows(reference.snapshot())


async def test_a_tables_contacts_have_its_defaults_its_list_its_board_and_a_tag_that_finds_them(
    tenants: Tenants,
) -> None:
    form = {
        "defaults": '{"lead_source": "Fair", "custom:Stand": "4"}',
        "list": "Spring",
        "board_number": "650 555 0100",
    }
    rows = "phone,lead_source\n+14155552671,Web\n+14155552672,\n"
    async with tenants("choices") as tenant:
        await sent(tenant, "others.csv", b"phone\n+14155552673\n")
        it = await sent(tenant, "people.csv", rows.encode(), **form)
        (tag,) = it["tags"]
        assert (tag[:9], it["list"], it["defaults"]["board_number"]) == ("import:20", "Spring", "+16505550100")
        found = await tenant.all("/v1/contacts", tag=tag, list="Spring")
        assert [each["lead_source"] for each in found] == ["Web", "Fair"]
        assert [each["tags"] for each in found] == [[tag], [tag]]
        assert all(each["custom"] == {"Stand": "4", "board_number": "+16505550100"} for each in found)
        again = await sent(tenant, "people.csv", rows.encode(), **form)
        assert again["summary"]["contacts"] | {"skipped": 2} == it["summary"]["contacts"] | {"new": 0, "skipped": 2}


async def test_custom_fields_of_any_type_are_kept_as_text(tenants: Tenants) -> None:
    custom = {"size": 43.50, "big": 10**30, "vip": True, "none": None, "cars": ["a", 2], "of": {"x": [1, {"y": "ü"}]}}
    row = {"phone": "+14155552671", "custom:Étage": 4, "custom": custom}
    kept = {"size": "43.5", "big": str(10**30), "vip": "true", "cars": "a;2", "of": '{"x": [1, {"y": "ü"}]}'}
    async with tenants("custom") as tenant:
        for name in ("people.json", "people.ndjson"):
            await sent(tenant, name, KINDS[name]([row]), on_duplicate="create_new")  # type: ignore[list-item]
        shown_of = [each["custom"] for each in await tenant.all("/v1/contacts")]
        assert shown_of == [kept | {"Étage": "4"}] * 2
