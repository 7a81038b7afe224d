"""A retry reads some rows of a file as if they were all of it, by what the rows of an errors file say."""

from hypothesis import given
from hypothesis import strategies as st

from services.ingest.parse import Good, lines_said, read, rows_of
from tests.unit.ingest.files import Bytes, frame, surveyed

FILE = Bytes("phone,name\n" + "".join(f"+1415555{2000 + row},{row}\n\n" for row in range(1, 21)))


@given(st.sets(st.integers(1, 20)).map(sorted), st.integers(1, 22))
def test_the_chosen_rows_are_numbered_anew_and_keep_their_lines(chosen: list[int], start: int) -> None:
    found = list(read(FILE, "contacts", frame(), surveyed("contacts", FILE), start_row=start, only=chosen))
    assert all(isinstance(each, Good) for each in found)
    expected = [(number, 2 * row) for number, row in enumerate(chosen, 1)]
    assert [(each.number, each.line) for each in found] == expected[start - 1 :]


def test_the_header_comes_first_also_where_no_row_is_chosen() -> None:
    rows = list(rows_of(FILE, surveyed("contacts", FILE), ()))
    assert [(each.number, each.cells) for each in rows] == [(0, ["phone", "name"])]


def test_what_the_rows_of_an_errors_file_say_in_line_is_read_as_a_spreadsheet_may_have_written_it() -> None:
    cells = ["2", " 3 ", "4.0", "", "x", "-1", "1" * 30]
    file = Bytes("phone,line,code,error\n" + "".join(f"x,{each},c,m\n" for each in cells) + "short\n")
    assert list(lines_said(file, surveyed("contacts", file))) == [2, 3, 4, None, None, None, None, None]
    plain = Bytes("phone,line\nx,2\n")
    assert list(lines_said(plain, surveyed("contacts", plain))) == [None]
