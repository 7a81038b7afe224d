"""The file of rows that is made of a workbook or of JSON: a row a line, `[line, cells, *flaw]`, the header first.

In ASCII, so that it can hold what no UTF-8 can: a cell's half of a surrogate pair fails its row, and only its row.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

from services.ingest.parse.table import LONGEST, Row

_decode = json.JSONDecoder().decode
_encode = json.JSONEncoder(separators=(",", ":")).encode


def unrolled_row(line: int, cells: Sequence[str], *flaw: str) -> bytes:
    """A row as it is written; `line` is the sheet's row or the item's number, `flaw` a code and its detail.

    One that can be no event is cut and fails, as in a CSV, so that no line is longer than can be held.
    """
    if sum(map(len, cells)) > LONGEST:
        cells, flaw = _cut(cells), flaw or ("row_too_large", "")
    return _encode([line, cells, *flaw]).encode("ascii") + b"\n"


def _cut(cells: Sequence[str]) -> list[str]:
    """Their first characters, of all together."""
    room, kept = LONGEST // 2, []
    for cell in cells:
        kept.append(cell[:room])
        room -= len(kept[-1])
    return kept


def unrolled_rows(chunks: Iterable[bytes]) -> Iterator[Row]:
    """As it is read; nobody but us has written it."""
    for number, text in enumerate(_lines(chunks)):
        line, cells, *flaw = _decode(text)
        yield Row(number, line, cells, *flaw) if flaw else Row(number, line, cells, None)


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    pieces = list[bytes]()
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        pieces.append(first)
        for other in others:
            yield b"".join(pieces).decode("ascii")
            pieces = [other]
