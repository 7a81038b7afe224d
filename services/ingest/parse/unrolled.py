"""The file of rows that is made of a workbook or of JSON: a row a line, `[line, cells, *flaw]`, the header first.

In ASCII, so that it can hold what no UTF-8 can: a cell's half of a surrogate pair fails its row, and only its row.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

from services.ingest.parse.table import Row

_decode = json.JSONDecoder().decode
_encode = json.JSONEncoder(separators=(",", ":")).encode


def unrolled_row(line: int, cells: Sequence[str], *flaw: str) -> bytes:
    """A row as it is written; `line` is the sheet's row or the item's number, `flaw` a code and its detail."""
    return _encode([line, cells, *flaw]).encode("ascii") + b"\n"


def unrolled_rows(chunks: Iterable[bytes]) -> Iterator[Row]:
    """As it is read; nobody but us has written it."""
    for number, text in enumerate(_lines(chunks)):
        line, cells, *flaw = _decode(text)
        yield Row(number, line, cells, *flaw) if flaw else Row(number, line, cells, None)


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    carry = b""
    for chunk in chunks:
        *lines, carry = (carry + chunk).split(b"\n")
        for line in lines:
            yield line.decode("ascii")
