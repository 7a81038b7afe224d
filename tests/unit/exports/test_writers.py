"""Each format holds what it is given; what it has no room for is said, and nothing is cut."""

import csv
import json
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from ringback.exports import workbook
from ringback.exports.cells import Row, listed, tags
from ringback.exports.formats import Format, TableFormat, writer
from ringback.exports.identity import named, told
from ringback.exports.writer import DoesNotFit

STARTERS = ("=1+1", "+1", "-1", "@x", "\tx", "\rx")
PLAIN = ("x=1", " =1", "'=1", "1", "")


def written(folder: Path, format: Format, rows: Sequence[Row], header: Sequence[str], *, safe: bool = False) -> bytes:
    file = BytesIO()
    into = writer(format, file, header, safe=safe, name="contacts", folder=folder)
    for row in rows:
        into.rows([row])
    into.close()
    return file.getvalue()


def cells(data: bytes, format: TableFormat) -> list[list[str]]:
    if format == "csv":
        return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))
    rows: list[list[str]] = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name("contacts").to_python()
    return rows


@pytest.fixture(params=["csv", "xlsx"])
def table(request: pytest.FixtureRequest) -> Iterator[TableFormat]:
    yield request.param


def test_a_formula_is_kept_as_it_stands_and_harmless_only_where_that_is_asked(
    tmp_path: Path, table: TableFormat
) -> None:
    rows = [{"name": text, "note": "."} for text in (*STARTERS, *PLAIN)]
    kept = cells(written(tmp_path, table, rows, ["name", "note"]), table)
    assert [row[0] for row in kept] == ["name", *STARTERS, *PLAIN]
    safe = cells(written(tmp_path, table, rows, ["name", "note"], safe=True), table)
    assert [row[0] for row in safe] == ["name", *(f"'{text}" for text in STARTERS), *PLAIN]


def test_a_header_can_be_a_formula_too(tmp_path: Path, table: TableFormat) -> None:
    assert cells(written(tmp_path, table, [], ["=1"], safe=True), table) == [["'=1"]]


def test_only_what_is_for_a_spreadsheet_begins_with_a_bom(tmp_path: Path) -> None:
    assert written(tmp_path, "csv", [], ["a"]) == b"a\r\n"
    assert written(tmp_path, "csv", [], ["a"], safe=True) == b"\xef\xbb\xbfa\r\n"


def test_json_is_one_array_and_ndjson_a_line_for_each_with_the_same_objects(tmp_path: Path) -> None:
    rows: list[Row] = [{"name": "x\ny", "tags": ["a", "b"], "custom:Shoe size": "42"}, {"duration_seconds": 7}]
    objects = [
        {"name": "x\ny", "tags": ["a", "b"], "custom": {"Shoe size": "42"}},
        {"name": None, "tags": None, "duration_seconds": 7},
    ]
    header = ["name", "tags"]
    assert json.loads(written(tmp_path, "json", rows, header)) == objects
    assert [json.loads(line) for line in written(tmp_path, "ndjson", rows, header).splitlines()] == objects
    assert json.loads(written(tmp_path, "json", [], header)) == []


def test_a_cell_that_a_workbook_would_cut_is_said_with_what_to_take_instead(tmp_path: Path) -> None:
    fits, longer = "x" * workbook.LONGEST, "x" * (workbook.LONGEST + 1)
    assert cells(written(tmp_path, "xlsx", [{"body": fits}], ["body"]), "xlsx") == [["body"], [fits]]
    with pytest.raises(DoesNotFit, match=r"Row 1 has 32,768 characters as body.*take csv"):
        written(tmp_path, "xlsx", [{"body": longer}], ["body"])


def test_more_rows_or_columns_than_a_sheet_has_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    with pytest.raises(DoesNotFit, match=r"at most 3 rows"):
        written(tmp_path, "xlsx", [{"a": "1"}] * 3, ["a"])
    with pytest.raises(DoesNotFit, match=r"16,385 columns"):
        written(tmp_path, "xlsx", [], [str(number) for number in range(16_385)])


def test_a_list_is_written_as_an_import_will_find_it() -> None:
    assert listed(["a;b", " c ", ";"]) == ["a", "b", "c"]
    assert tags(["a;b", "b", "a"]) == ["a", "b"]


def test_an_id_of_the_files_source_stands_as_it_is_and_another_behind_its_own() -> None:
    assert told("quo", ("quo", "1")) == "1"
    assert told("quo", ("hubspot", "1"), [("quo", "2"), ("hubspot", "1")]) == "2"
    assert told("quo", ("hubspot", "1"), [("aaa", "2")]) == "hubspot/1"
    assert told("quo", None, [("hubspot", "7"), ("aaa", "9")]) == "aaa/9"
    assert told("quo", None) is None and named("quo", None, None) is None
    assert (named("quo", "quo", "c"), named("quo", "hubspot", "c")) == ("c", "hubspot/c")
