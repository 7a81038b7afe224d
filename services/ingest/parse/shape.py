"""What every row must be before its columns are read, and how large it may be after (rules §3, decision 1)."""

import msgspec

from services.ingest.parse.columns import LONGEST_ID, Columns
from services.ingest.parse.problems import RowFails
from services.ingest.parse.table import Row, quote_line

#: 512 KB (rules §3), less what the envelope around the data may take.
LARGEST_DATA = 512 * 1024 - 2048
#: What JSON makes of one character at most: `\u0001`.
_LARGEST_CHARACTER = 6


class Shape:
    """A file's. Rows are checked as one joined text; only what is found there is looked for cell by cell."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._width = len(columns.header)
        self._encode = msgspec.json.Encoder().encode
        names = sum(len(name) for name, _ in columns.custom)
        #: Rows up to this many characters cannot be too large, so that hardly one is encoded for it.
        self._surely_small = LARGEST_DATA // _LARGEST_CHARACTER - names - 1024

    def check(self, row: Row) -> int:
        """The number of characters of a row; raises RowFails where it is broken, or a cell is too long."""
        cells = row.cells
        if row.flaw is not None:
            raise RowFails(row.flaw, None, row.detail or quote_line(row))
        if len(cells) > self._width:
            raise RowFails("too_many_cells", None, len(cells))
        everything = "".join(cells)
        if "\0" in everything or not _encodable(everything):
            at = next(at for at, cell in enumerate(cells) if "\0" in cell or not _encodable(cell))
            raise RowFails("bad_character", self._columns.shown(at))
        size = len(everything)
        if size > LONGEST_ID:
            self._check_lengths(cells)
        return size

    def padded(self, cells: list[str]) -> list[str]:
        """Empty cells for those that are missing, and one more, to which the positions of absent columns point."""
        return [*cells, *[""] * (self._width - len(cells) + 1)]

    def check_event(self, size: int, data: msgspec.Struct) -> None:
        """Raises RowFails over 512 KB; `size` is what `check` said."""
        if size > self._surely_small and len(self._encode(data)) > LARGEST_DATA:
            raise RowFails("row_too_large")

    def _check_lengths(self, cells: list[str]) -> None:
        for at, (cell, limit) in enumerate(zip(cells, self._columns.limits, strict=False)):
            if len(cell) > limit:
                raise RowFails("cell_too_long", self._columns.shown(at), limit)


def _encodable(text: str) -> bool:
    """Whether the text is without lone surrogates; ASCII is known to be, without looking."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
