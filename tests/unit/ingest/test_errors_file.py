"""An errors file gives the failed rows back as they stood, and what it added is passed over when it is imported."""

import csv
from io import StringIO
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.errors_file import ErrorsFile
from services.ingest.parse import Bad, Good, Survey, rows_of
from tests.unit.ingest.files import ADA, Bytes, rows, surveyed, table

HEADER = ["phone", "first name", "code", "Étage; 2"]
CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5)


def failed(row: Bad) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("line", "code", "message", "cells")} | {"mended_by": None}


def errors_file(survey: Survey, bad: list[dict[str, Any]]) -> bytes:
    """As it is downloaded."""
    errors = ErrorsFile.of(msgspec.to_builtins(survey))
    return errors.csv_head() + errors.csv_rows(bad)


def read(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8"), newline=""), delimiter=delimiter))


def test_the_original_columns_come_first_then_line_code_and_error() -> None:
    file = table(["phone", "Étage"], ["none", " 2"], [ADA, "3"], ["nothing", "a\r\nb"])
    bad = [failed(row) for row in rows("contacts", file) if isinstance(row, Bad)]
    content = errors_file(surveyed("contacts", file), bad)
    message = bad[0]["message"]
    assert read(content) == [
        ["phone", "Étage", "line", "code", "error"],
        ["none", " 2", "2", "bad_phone", message],
        ["nothing", "a\r\nb", "4", "bad_phone", bad[1]["message"]],
    ]


def test_cells_without_a_header_stand_behind_the_three_and_missing_ones_are_empty() -> None:
    file = Bytes("phone,name\nx,y,too,many\nx\n")
    content = errors_file(surveyed("contacts", file), [failed(row) for row in rows("contacts", file)])  # type: ignore[arg-type]
    long, short = read(content)[1:]
    assert (long[:4], long[5:]) == (["x", "y", "2", "too_many_cells"], ["too", "many"])
    assert short[:4] == ["x", "", "3", "bad_phone"]


def test_what_no_utf_8_can_hold_is_a_replacement_character() -> None:
    file = Bytes("phone,a\0b\nx\0,\ud800\n".encode("utf-16-le", "surrogatepass"))
    file = Bytes(b"\xff\xfe" + b"".join(file.chunks()))
    content = errors_file(surveyed("contacts", file), [failed(row) for row in rows("contacts", file)])  # type: ignore[arg-type]
    header, row = read(content.removeprefix(b"\xef\xbb\xbf"))
    assert (header[1], row[:2]) == ("a\ufffdb", ["x\ufffd", "\ufffd"])


@pytest.mark.parametrize(
    ("start", "encoding", "marked"),
    [(b"", "utf-8", False), (b"\xef\xbb\xbf", "utf-8", True), (b"\xff\xfe", "utf-16-le", True), (b"", "cp1252", False)],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_is_utf_8_with_the_delimiter_and_the_bom_of_the_original(
    start: bytes, encoding: str, marked: bool, delimiter: str
) -> None:
    file = Bytes(start + f"phone{delimiter}first name\nnone{delimiter}René\n".encode(encoding))
    content = errors_file(surveyed("contacts", file), [failed(row) for row in rows("contacts", file)])  # type: ignore[arg-type]
    assert content.startswith(b"\xef\xbb\xbf") is marked
    assert read(content.removeprefix(b"\xef\xbb\xbf"), delimiter)[1][:2] == ["none", "René"]


@given(st.lists(st.lists(CELLS, max_size=7), max_size=6), st.sampled_from(",;\t"))
def test_imported_again_it_has_the_columns_and_cells_that_failed(cells: list[list[str]], delimiter: str) -> None:
    """Whatever the cells, also where the original has a column `code` of its own, and again and again."""
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([HEADER, *cells])
    file = Bytes(text.getvalue())
    survey = surveyed("contacts", file)
    stood = list(rows_of(file, survey))[1:]
    for _ in range(2):
        told = [
            {"line": each.line, "code": "c", "message": "m", "mended_by": None, "cells": each.cells} for each in stood
        ]
        again = Bytes(errors_file(survey, told))
        survey = surveyed("contacts", again)
        assert survey.header == tuple(HEADER)
        assert [each.cells for each in rows_of(again, survey)][1:] == [_padded(each.cells) for each in stood]


def _padded(cells: list[str]) -> list[str]:
    return [*cells, *[""] * (len(HEADER) - len(cells))]


def test_mended_rows_are_imported_without_the_three_and_the_file_says_so() -> None:
    file = table(["phone", "code", "line", "code", "error"], [ADA, "mine", "7", "bad_phone", "why"])
    (row,) = rows("contacts", file)
    assert isinstance(row, Good)
    assert row.data.custom == {"code": "mine"}  # type: ignore[union-attr]
    assert [each.code for each in surveyed("contacts", file).warnings] == ["errors_file"]


@pytest.mark.parametrize(
    "header",
    [
        ["phone", "line", "error", "code"],
        ["phone", "Line", "code", "error"],
        ["line", "code", "error", "phone"],
        ["phone", "line", "code", "error", ""],
    ],
)
def test_in_any_other_order_or_spelling_they_are_columns_like_others(header: list[str]) -> None:
    cells = [ADA if each == "phone" else "x" for each in header]
    (row,) = rows("contacts", table(header, cells))
    assert isinstance(row, Good)
    assert len(row.data.custom) == len(header) - 1


def test_a_file_of_the_three_alone_is_none() -> None:
    assert surveyed("contacts", table(["line", "code", "error"])).header == ("line", "code", "error")
