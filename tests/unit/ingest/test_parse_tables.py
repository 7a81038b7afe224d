"""CSV files, well made and not: which rows they have, where, and what is in them byte for byte."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.parse import Bad, Good
from services.ingest.parse.table import LONGEST, Row, records
from tests.unit.ingest.files import Bytes, rows, surveyed

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6)


def records_of(text: str, size: int = 7) -> list[Row]:
    return list(records((text[at : at + size] for at in range(0, len(text), size)), ","))


@given(TABLES, st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r", "\r\n"]), st.integers(1, 50))
def test_any_text_comes_back_byte_identical(table: list[list[str]], delimiter: str, end: str, size: int) -> None:
    written = StringIO(newline="")
    # Left to itself, Python 3.11's writer does not quote a line end that is not its own.
    quoting = csv.QUOTE_MINIMAL if end == "\r\n" else csv.QUOTE_ALL
    csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(table)
    text = written.getvalue()
    chunks = (text[at : at + size] for at in range(0, len(text), size))
    assert [row.cells for row in records(chunks, delimiter)] == table


@given(TABLES, st.integers(1, 50))
def test_each_row_says_the_line_on_which_the_file_has_it(table: list[list[str]], size: int) -> None:
    parts, line, expected = [], 1, []
    for cells in table:
        written = StringIO(newline="")
        csv.writer(written).writerow(cells)
        expected.append(line)
        text = written.getvalue()
        line += text.count("\n") + text.count("\r") - text.count("\r\n")
        parts.append(text)
    assert [row.line for row in records_of("".join(parts), size)] == expected


def test_blank_lines_are_no_rows_and_a_row_of_commas_is_one() -> None:
    found = records_of('a,b\n\n  \n1,2\n\r\n,\n"",\n')
    assert [(row.number, row.line, row.cells) for row in found[1:]] == [
        (1, 4, ["1", "2"]),
        (2, 6, ["", ""]),
        (3, 7, ["", ""]),
    ]


def test_an_unclosed_quote_is_one_failure_with_the_line_where_it_opened() -> None:
    file = Bytes('phone,name\n+14155552671,Ada\n"+1212\n5550123","Bob\n+13035550199,Eve\nand more\n')
    first, last = rows("contacts", file)
    assert isinstance(first, Good)
    assert isinstance(last, Bad)
    assert (last.number, last.line, last.code) == (2, 4, "unclosed_quote")
    assert "line 4" in last.message


def test_an_unclosed_quote_does_not_bring_the_file_into_memory() -> None:
    line = "x" * 99 + "\n"
    file = Bytes('phone,name\n+14155552671,"Ada\n' + line * (LONGEST * 3 // 100))
    (found,) = rows("contacts", file)
    assert isinstance(found, Bad)
    assert (found.code, found.line) == ("unclosed_quote", 2)
    assert sum(map(len, found.cells)) < LONGEST * 2


@pytest.mark.parametrize("cell", ["x" * (LONGEST * 3), "line\n" * LONGEST, '""' * LONGEST + "a\n" * LONGEST])
def test_a_cell_of_megabytes_fails_its_row_and_no_other(cell: str) -> None:
    file = Bytes(f'phone,name\n+14155552671,Ada\n+12125550123,"{cell}"\n+13035550199,Eve\n')
    before, giant, after = rows("contacts", file)
    assert isinstance(before, Good)
    assert isinstance(giant, Bad)
    assert giant.code == "row_too_large"
    assert isinstance(after, Good)
    assert after.line == 4 + cell.count("\n")


def test_a_cell_of_200_kb_is_a_failed_row() -> None:
    (found,) = rows("contacts", Bytes(f"phone,name\n+14155552671,{'x' * 200_000}\n"))
    assert isinstance(found, Bad)
    assert (found.code, found.column) == ("cell_too_long", "name")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_every_kind_of_line_end_works(end: str) -> None:
    file = Bytes(end.join(["phone,name", "+14155552671,Ada", '+12125550123,"B\rb"']), chunk=1)
    assert [found.line for found in rows("contacts", file)] == [2, 3]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_out(delimiter: str) -> None:
    file = Bytes(f'phone{delimiter}"a, b; c{delimiter}d"\n+14155552671{delimiter}x\n')
    assert surveyed("contacts", file).delimiter == delimiter


def test_a_file_may_be_empty_or_have_but_a_header() -> None:
    empty, header_only = surveyed("contacts", Bytes("")), surveyed("contacts", Bytes("phone,email\n"))
    assert (empty.rows, empty.header, [each.code for each in empty.warnings]) == (0, (), ["empty_file"])
    assert (header_only.rows, header_only.header, header_only.warnings) == (0, ("phone", "email"), ())
    assert rows("contacts", Bytes("")) == rows("contacts", Bytes("phone,email")) == []


def test_ragged_rows_have_empty_cells_at_their_end_or_fail() -> None:
    short, long = rows("contacts", Bytes("phone,name,city\n+14155552671\n+14155552671,a,b,c\n"))
    assert isinstance(short, Good)
    assert isinstance(long, Bad)
    assert (long.code, long.cells) == ("too_many_cells", ["+14155552671", "a", "b", "c"])


def test_a_nul_fails_its_row_alone() -> None:
    nul, fine = rows("contacts", Bytes("phone,name\n+14155552671,a\0b\n+12125550123,Bob\n"))
    assert isinstance(nul, Bad)
    assert (nul.code, nul.column) == ("bad_character", "name")
    assert isinstance(fine, Good)


@given(st.binary(max_size=200))
def test_no_bytes_whatever_are_a_crash_and_every_row_counted_comes_out(content: bytes) -> None:
    file = Bytes(content, chunk=9)
    assert [found.number for found in rows("messages", file)] == [*range(1, surveyed("messages", file).rows + 1)]
