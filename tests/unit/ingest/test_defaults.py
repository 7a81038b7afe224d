"""An import's defaults fill blank cells before a row is judged; and what else all its contacts share."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.events import Contact
from ringback.http.problems import Problem
from services.ingest.api import choices
from services.ingest.api.form import read_form
from services.ingest.parse import Bad, Good
from services.ingest.parse.columns import CUSTOM
from services.ingest.parse.defaults import FIELDS, checked
from tests.unit.ingest.files import ADA, BOB, OURS, defaulted, rows, table


def read(header: list[str], *cells: list[str], **told: str) -> list[Contact]:
    found = defaulted(table(header, *cells), told)
    assert all(isinstance(each, Good) for each in found), found
    return [each.data for each in found]  # type: ignore[misc, union-attr]


def test_a_blank_cell_has_the_default_and_a_filled_one_keeps_what_it_says() -> None:
    header = ["phone", "Lead Source", "market"]
    found = read(header, [ADA, "Web", ""], [BOB, "  "], lead_source="Fair", market="North", product="Roof")
    assert [(each.lead_source, each.market, each.product) for each in found] == [
        ("Web", "North", "Roof"),
        ("Fair", "North", "Roof"),
    ]


def test_any_field_may_have_one_also_a_list_of_tags_and_a_custom_one() -> None:
    told = {"tags": "a; b", "list": "Spring", "custom:Shoe": "43", "custom:new": "x", "opt_in_through": "form"}
    (found,) = read(["phone", "Shoe"], [ADA, ""], **told)
    assert (found.tags, found.lists, found.opt_in_through) == (["a", "b"], ["Spring"], "form")
    assert found.custom == {"Shoe": "43", "new": "x"}


def test_a_row_is_judged_with_its_defaults_and_an_error_names_the_files_own_columns() -> None:
    one, two, three = defaulted(
        table(["phone", "Note"], ["none", ""], [ADA, "x" * 32_769], [ADA, "", "surplus"]),
        {
            "market": "North",
            "custom:Note": "y",
        },
    )
    assert isinstance(one, Bad) and (one.code, one.column, one.cells) == ("bad_phone", "phone", ["none", ""])
    assert isinstance(two, Bad) and (two.code, two.column) == ("cell_too_long", "Note")
    assert isinstance(three, Bad) and three.code == "too_many_cells"


def test_a_row_that_only_its_defaults_make_too_large_fails() -> None:
    notes = {f"custom:{number}": "x" * 32_000 for number in range(17)}
    (found,) = defaulted(table(["phone"], [ADA]), notes)
    assert isinstance(found, Bad) and found.code == "row_too_large"


@given(st.lists(st.sampled_from(["phone", *FIELDS]), unique=True), st.lists(st.sampled_from(FIELDS), unique=True))
def test_a_default_is_as_if_the_file_had_said_it(header: list[str], fields: list[str]) -> None:
    """Whichever columns there are: blank ones, and none."""
    header = ["phone", *(name for name in header if name != "phone")]
    said = {name: OURS if name == "board_number" else f"some {name}" for name in fields}
    absent = [name for name in said if name not in header]
    spelt = table(
        [*header, *absent], [ADA, *(said.get(each, "") for each in header[1:]), *(said[each] for each in absent)]
    )
    (told,), (filled,) = rows("contacts", spelt), defaulted(table(header, [ADA]), said)
    assert isinstance(told, Good) and isinstance(filled, Good)
    assert told.data == filled.data


def test_every_contact_is_added_to_the_imports_list_beside_its_own() -> None:
    file = table(["phone", "list"], [ADA, "Own"], [BOB, ""], [ADA, "Spring"])
    found = [each.data.lists for each in defaulted(file, {}, "Spring")]  # type: ignore[union-attr]
    assert found == [["Own", "Spring"], ["Spring"], ["Spring"]]


def test_the_board_a_contact_came_by_is_a_number_of_its_custom_fields_or_left_out_with_a_warning() -> None:
    header = ["phone", "Board Number", "Other"]
    one, two, three = rows("contacts", table(header, [ADA, "(650) 555-0100", "x"], [ADA, "desk 4"], [ADA, ""]))
    assert isinstance(one, Good) and one.data.custom == {"board_number": OURS, "Other": "x"}  # type: ignore[union-attr]
    assert isinstance(two, Good) and two.data.custom == {}  # type: ignore[union-attr]
    assert [(each.code, each.column) for each in two.warnings] == [("bad_phone", "board_number")]
    assert isinstance(three, Good) and not three.warnings


@pytest.mark.parametrize(
    ("defaults", "says"),
    [
        ({"phone": ADA}, "one person"),
        ({"external_contact_id": "x"}, "one person"),
        ({"lead_sauce": "Web"}, "no field of a contact"),
        ({"custom:": "x"}, "no field of a contact"),
        ({"market": "x" * 1_001}, "1000 characters"),
        ({"tags": "ok;" + "x" * 1_001}, "1000 characters"),
        ({"custom:note": "x" * 32_769}, "32768 characters"),
        ({"market": "a\0b"}, "cannot be stored"),
        ({"market": "\ud800"}, "cannot be stored"),
        ({f"{CUSTOM}a\0": "b"}, "cannot be stored"),
    ],
)
def test_a_default_that_could_not_be_a_cell_is_refused_by_name(defaults: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        checked(defaults)


def test_a_blank_default_is_none() -> None:
    assert checked({"market": " ", "phone": ""}) == {}


@pytest.mark.parametrize(
    "written", ["web", "[]", '{"market": 1}', '{"market": ["a"]}', "[" * 60_000, '{"market": NaN}', '{"phone": "1"}']
)
def test_defaults_of_a_form_are_an_object_of_texts(written: str) -> None:
    with pytest.raises(Problem) as told:
        read_form({"defaults": written})
    assert (told.value.status, told.value.extra["errors"][0]["where"]) == (422, ["defaults"])
    assert read_form({"defaults": '{"market": "North"}'}).defaults == {"market": "North"}


def test_an_import_of_which_no_tags_are_said_has_one_of_its_own_by_its_time() -> None:
    assert choices.own_tag(datetime(2026, 1, 2, 3, 4, 5, 999_999, UTC)) == "import:2026-01-02T03:04:05Z"
    assert choices.values(read_form({"tags": "spring; web"}), "US")["tags"] == ["spring", "web"]
    (tag,) = choices.values(read_form({"tags": " "}), "US")["tags"]
    assert tag.startswith("import:2") and tag.endswith("Z")
    assert choices.values(read_form({"tags": ";"}), "US")["tags"] == []


def test_the_forms_board_number_is_in_e164_by_the_tenants_region_or_refused() -> None:
    form = read_form({"board_number": "650 555 0100", "defaults": '{"board_number": "x"}'})
    assert choices.values(form, "US")["defaults"] == {"board_number": OURS}
    with pytest.raises(Problem) as told:
        choices.values(read_form({"board_number": "desk 4"}), "US")
    assert told.value.extra["errors"][0]["where"] == ["board_number"]
