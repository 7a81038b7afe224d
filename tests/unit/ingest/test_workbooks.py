"""A workbook's rows are what its owner sees: text is text, dates are dates, and lost digits are said."""

import io
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlwt

from services.ingest.sources.accepting import Chosen
from tests.unit.ingest.files import ADA
from tests.unit.ingest.opened import accepted, people, raw, refused, told, warned
from tests.unit.ingest.workbooks import ods, ods_row, sheets, workbook

HEADER = ("Name", "Phone")
MOMENT = datetime.fromisoformat("2026-01-02T03:04:05")


CELLS: list[tuple[Any, str]] = [
    ("00123", "00123"),
    (4155552671, "4155552671"),
    (4155552671.0, "4155552671"),
    (0.1 + 0.2, "0.3"),
    (-12, "-12"),
    (True, "TRUE"),
    (date(2026, 1, 2), "2026-01-02"),
    (MOMENT, "2026-01-02T03:04:05"),
    (time(6), "06:00:00"),
    (timedelta(minutes=90), "5400"),
    ("=1+1", "0"),
    (" two\nlines ", " two\nlines "),
]


def test_a_cell_is_what_its_owner_sees(tmp_path: Path) -> None:
    """A formula is its stored value, which is 0 where no program has calculated it yet."""
    content = workbook(HEADER, *[(value, ADA) for value, _ in CELLS])
    assert [row.cells[0] for row in raw(accepted(tmp_path, content, "people.xlsx"))[1:]] == [read for _, read in CELLS]


@pytest.mark.parametrize("base", [False, True], ids=["1900", "1904"])
def test_dates_of_both_calendars_are_the_same_days(tmp_path: Path, base: bool) -> None:
    content = workbook(("Name", "Joined"), ("Ada", date(2026, 1, 2)), date_1904=base)
    assert raw(accepted(tmp_path, content, "people.xlsx"))[1].cells == ["Ada", "2026-01-02"]


def test_numbers_whose_digits_are_lost_are_told_and_never_guessed(tmp_path: Path) -> None:
    content = workbook(("Name", "Phone", "Email"), ("Ada", 12345678901234567, "a@x.org"), ("Bob", "4.15555E+09", ""))
    found = accepted(tmp_path, content, "people.xlsx")
    assert raw(found)[1].cells[1] == "1.23456789012346E+16"
    assert told(found) == [
        (
            3,
            "exponential_number",
            "Phone was written by a spreadsheet in exponent form (4.15555E+09) and its digits are lost: "
            "format the column as text in the original and export again.",
        )
    ]
    assert warned(found) == [
        (
            "digits_lost",
            "Row 2 has a number of more than 15 digits, of which a spreadsheet keeps 15 (so may others): "
            "format such a column as text in the original, and write it there again.",
        )
    ]


def test_lines_are_the_sheets_rows_and_blank_ones_are_no_rows(tmp_path: Path) -> None:
    found = accepted(tmp_path, workbook((), HEADER, (), ("Ada", ADA), (), ("Bob", "none")), "people.xlsx")
    assert [(row.number, row.line) for row in raw(found)] == [(0, 2), (1, 4), (2, 6)]
    assert [(line, code) for line, code, _ in told(found)] == [(6, "bad_phone")]


def test_a_stray_cell_far_to_the_right_fails_its_own_row_alone(tmp_path: Path) -> None:
    found = accepted(tmp_path, workbook(HEADER, ("Ada", ADA), ("Bob", ADA, "", "", "x")), "people.xlsx")
    assert [(line, code) for line, code, _ in told(found)] == [(3, "too_many_cells")]


def test_titles_above_the_header_are_passed_over_and_said(tmp_path: Path) -> None:
    found = accepted(tmp_path, workbook(("Our people",), (), HEADER, ("Ada", ADA)), "people.xlsx")
    assert [each.name for each in people(found)] == ["Ada"]
    assert warned(found) == [("header_found", "The header was found in row 3: what stands above it was not read.")]


TWO = {"Notes": [("Call", "them")], "People": [HEADER, ("Ada", ADA)]}


@pytest.mark.parametrize("sheet", ["People", "2"])
def test_a_sheet_is_chosen_by_its_name_or_number(tmp_path: Path, sheet: str) -> None:
    found = accepted(tmp_path, sheets(TWO), "people.xlsx", Chosen(sheet=sheet))
    assert ([each.name for each in people(found)], found.sheet, warned(found)) == (["Ada"], "People", [])


def test_else_it_is_the_first_that_is_shown_and_has_something_in_it(tmp_path: Path) -> None:
    found = accepted(tmp_path, sheets({"Cover": [], **TWO}, hidden="Notes"), "people.xlsx")
    assert found.sheet == "People"
    assert warned(found) == [
        ("other_sheets", "Of the workbook's sheets the one that was read is People, and not Cover, Notes.")
    ]


def test_a_sheet_called_messages_has_messages(tmp_path: Path) -> None:
    assert list(accepted(tmp_path, sheets({"Messages": [("a",), ("b",)]}), "x.xlsx").upload.members) == ["messages"]


def test_an_old_workbook_is_read_too(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("People")
    for column, value in enumerate(("Name", "Phone", "Zip", "Joined")):
        sheet.write(0, column, value)
    for column, value in enumerate(("Ada", 4155552671, "00123")):
        sheet.write(1, column, value)
    sheet.write(1, 3, MOMENT, xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    written = io.BytesIO()
    book.save(written)
    found = accepted(tmp_path, written.getvalue(), "people.xls")
    assert found.upload.kind == "workbook"
    assert raw(found)[1].cells == ["Ada", "4155552671", "00123", "2026-01-02T03:04:05"]


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    found = refused(tmp_path, sheets(TWO), "people.xlsx", Chosen(sheet="Leute"))
    assert found.message == (
        "people.xlsx has no sheet 'Leute'; it has Notes, People: give one of these names, or its number from 1."
    )


def test_a_workbook_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, workbook(), "people.xlsx").message == (
        "people.xlsx has no sheet with anything in it that is not hidden: name the sheet, or fill one."
    )


TEXT = 'office:value-type="string"'
#: The formatted rest of a sheet, as LibreOffice writes it.
EMPTY = (
    '<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="1024"/>'
    "</table:table-row>"
)


def test_an_open_document_is_read_too(tmp_path: Path) -> None:
    joined = 'office:value-type="date" office:date-value="2026-01-02"|02.01.26'
    zip_code = f"{TEXT}|00123"
    content = ods(
        ods_row(*(f"{TEXT}|{name}" for name in ("Name", "Phone", "Zip", "Joined")))
        + ods_row(f"{TEXT}|Ada", 'office:value-type="float" office:value="4155552671"|4.16E9', zip_code, joined)
        + EMPTY
    )
    found = accepted(tmp_path, content, "people.ods")
    assert (found.upload.kind, found.sheet) == ("workbook", "People")
    assert raw(found)[1].cells == ["Ada", "4155552671", "00123", "2026-01-02"]
