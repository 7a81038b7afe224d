"""Which rows of a mended file stand for which failed ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.retrying import Failing, OtherColumns, aligned

failing = st.lists(st.integers(2, 30), unique=True, max_size=10).map(sorted)
said = st.lists(st.none() | st.integers(1, 32), max_size=15)


def rows_at(lines: list[int]) -> list[tuple[int, int]]:
    """The row of a line is ten times the line."""
    return [(line, 10 * line) for line in lines]


@given(failing, said)
def test_each_failed_row_is_stood_for_once_and_each_row_of_the_file_is_accounted_for(
    lines: list[int], told: list[int | None]
) -> None:
    found = Failing(rows_at(lines)).stood_for(told)
    assert len(set(found.of_rows)) == len(found.of_rows) == len(found.rows)
    assert set(found.of_rows) <= {10 * line for line in lines}
    assert list(found.rows) == sorted(found.rows)
    assert len(found.rows) + found.left_out + found.surplus == len(told)
    assert found.surplus == 0 or len(found.of_rows) == len(lines)


@given(failing, said)
def test_a_row_that_says_its_line_stands_for_no_other(lines: list[int], told: list[int | None]) -> None:
    found = Failing(rows_at(lines)).stood_for(told)
    for row, of_row in zip(found.rows, found.of_rows, strict=True):
        assert told[row - 1] in (None, of_row // 10)


def test_rows_that_say_no_line_stand_for_what_is_left_in_order() -> None:
    found = Failing(rows_at([2, 5, 7])).stood_for([None, 5, None])
    assert (list(found.rows), list(found.of_rows)) == ([1, 2, 3], [20, 50, 70])


def test_a_line_that_does_not_fail_is_left_out_and_what_is_too_much_is_counted() -> None:
    found = Failing(rows_at([2])).stood_for([2, 2, 3, None, None])
    assert (list(found.rows), list(found.of_rows), found.left_out, found.surplus) == ([1], [20], 2, 2)


def test_rows_of_one_line_are_stood_for_one_after_another() -> None:
    found = Failing([(0, 4), (0, 9)]).stood_for([0, 0, 0])
    assert (list(found.of_rows), found.left_out) == ([4, 9], 1)


@given(st.permutations([("a", 1), ("b", 2), ("", 3), ("", 3), ("c", None)]))
def test_columns_may_stand_in_any_order(columns: list[tuple[str, int | None]]) -> None:
    mended = [each for each, _ in columns]
    assert aligned([1, 2, 3, 3, None], ["a", "b", "", "", "c"], mended) == [each for _, each in columns]


def test_columns_that_are_not_the_imports_are_named() -> None:
    with pytest.raises(OtherColumns) as caught:
        aligned([1, 2], ["a", "b"], ["b", "x"])
    assert (caught.value.missing, caught.value.unknown) == (["a"], ["x"])
