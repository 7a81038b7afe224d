"""Which rows of a mended file stand for which of the rows that failed, and how its columns are read. Pure.

A row says by its `line`, as the errors file has it, which row it stands for. One that says nothing stands for the first
failed row that no other stands for, so that a file without the three columns of an errors file does as well.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Standing(NamedTuple):
    """Row `rows[i]` of the file stands for row `of_rows[i]` of the import. The former ascend.

    `left_out` name a line that does not fail, or fails no more; for `surplus` no failed row was left.
    """

    rows: Sequence[int]
    of_rows: Sequence[int]
    left_out: int
    surplus: int


class OtherColumns(Exception):
    """The file's columns are not those of the import: `missing` are not in it, `unknown` only in it."""

    def __init__(self, missing: Sequence[str], unknown: Sequence[str]) -> None:
        super().__init__(missing, unknown)
        self.missing, self.unknown = missing, unknown


class Failing:
    """The rows of one file of an import that fail still, in the memory of two numbers each."""

    def __init__(self, rows: Iterable[tuple[int, int]]) -> None:
        """`rows` are (line, row), by line."""
        self._lines, self._rows = array("q"), array("q")
        for line, row in rows:
            self._lines.append(line)
            self._rows.append(row)
        self._taken = bytearray(len(self._rows))

    def stood_for(self, lines: Iterable[int | None]) -> Standing:
        """By the rows of a file in order, of which each says its `line` or None."""
        stand: dict[int, int] = {}
        silent: list[int] = []
        left_out = 0
        for number, line in enumerate(lines, 1):
            if line is None:
                silent.append(number)
            elif (at := self._find(line)) is None:
                left_out += 1
            else:
                stand[number] = self._take(at)
        free = (at for at, taken in enumerate(self._taken) if not taken)
        stood = [(number, self._take(at)) for number, at in zip(silent, free, strict=False)]
        stand |= stood
        numbers = array("q", sorted(stand))
        return Standing(numbers, array("q", (stand[each] for each in numbers)), left_out, len(silent) - len(stood))

    def _find(self, line: int) -> int | None:
        """Where a row of that line stands for which no other stands."""
        at = bisect_left(self._lines, line)
        while at < len(self._lines) and self._lines[at] == line:
            if not self._taken[at]:
                return at
            at += 1
        return None

    def _take(self, at: int) -> int:
        self._taken[at] = 1
        return self._rows[at]


def aligned(of_columns: Sequence[T], header: Sequence[str], mended: Sequence[str]) -> list[T]:
    """What was chosen for each column of `header`, for those of the mended file; raises OtherColumns.

    Columns may stand in another order; of two with one header the first is the first.
    """
    left = list(zip(header, of_columns, strict=True))
    found, unknown = [], []
    for written in mended:
        at = next((at for at, (each, _) in enumerate(left) if each == written), None)
        if at is None:
            unknown.append(written)
        else:
            found.append(left.pop(at)[1])
    if left or unknown:
        raise OtherColumns([each for each, _ in left], unknown)
    return found
