"""Text to rows: csv.reader, made to count as the file counts and to hold no more than a few megabytes of it."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import chain
from typing import NamedTuple

#: No row this long can be an event, which is JSON of at most 512 KB; what goes beyond is dropped, and the row fails.
LONGEST = 1 << 21
DELIMITERS = (",", ";", "\t")

# csv's own limit is one for the whole process. Ours is `LONGEST`, above which `_Lines` feeds no cell.
csv.field_size_limit(1 << 26)


class Row(NamedTuple):
    """`number` counts from 1 without header and blank lines, `line` is where it begins in the file.

    `flaw` is the code of a row that could not be read properly, and `detail` what its sentence says of it.
    """

    number: int
    line: int
    cells: list[str]
    flaw: str | None
    detail: str = ""


class _Lines:
    """The lines of a text, each with its own line end (`\\r`, `\\n` or `\\r\\n`), by C-level iterators."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts
        #: Whether the reader asked for more than there is: then it was inside a quote.
        self.ended = False
        #: Whether something was dropped from the record that is being read.
        self.damaged = False
        #: Line ends that were dropped, and so not counted by the reader.
        self.dropped = 0
        #: Characters handed over since the last record ended; the table sets it back.
        self.pending = 0

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(StringIO(block, newline="") for block in self._blocks())

    def _blocks(self) -> Iterator[str]:
        """Blocks of whole lines."""
        carry = ""
        for text in self._texts:
            block = carry + text
            end = max(block.rfind("\n"), block.rfind("\r", 0, len(block) - 1)) + 1
            carry = block[end:]
            if end:
                yield self._fed(block[:end])
            if len(carry) > LONGEST:
                carry = self._shortened(carry)
        yield self._fed(carry)
        self.ended = True

    def _shortened(self, line: str) -> str:
        """A line that has no end yet, cut; where the dropped quotes are odd, one stands for them, to close alike."""
        self.damaged = True
        ending = "\r" if line.endswith("\r") else ""
        kept = line[: LONGEST // 2].rstrip('"')
        return kept + '"' * (line.count('"', len(kept)) % 2) + ending

    def _fed(self, block: str) -> str:
        """The block, or, in a quoted cell that goes on for too long, only what follows its closing quote."""
        if self.pending > LONGEST:
            self.damaged = True
            closing = _closing_quote(block)
            self.dropped += line_ends(block[:closing])
            block = block[closing:]
        self.pending += len(block)
        return block


def _closing_quote(text: str) -> int:
    """Where a quoted cell that the text begins inside of is closed, or the text's length."""
    at = text.find('"')
    while at >= 0 and text.startswith('""', at):
        at = text.find('"', at + 2)
    return at if at >= 0 else len(text)


def _blank(cells: list[str]) -> bool:
    """A line of nothing but white space is no row; a quoted cell with a line end in it, or an empty one, is."""
    return not cells or (len(cells) == 1 and cells[0].isspace() and not line_ends(cells[0]))


def line_ends(text: str) -> int:
    """How many line ends are in a text, by the file's own count."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def records(texts: Iterable[str], delimiter: str) -> Iterator[Row]:
    """Every record that is no blank line; the header, if there is one, is number 0."""
    lines = _Lines(texts)
    reader = csv.reader(lines, delimiter=delimiter)
    number, line = 0, 1
    for cells in reader:
        lines.pending = 0
        if not _blank(cells):
            flaw = None
            if lines.damaged or lines.ended:
                flaw = "unclosed_quote" if lines.ended else "row_too_large"
                lines.damaged = False
            yield Row(number, line, cells, flaw)
            number += 1
        line = reader.line_num + lines.dropped + 1


def quote_line(row: Row) -> int:
    """The line where the quote opened that was never closed: the last cell's first."""
    return row.line + sum(map(line_ends, row.cells[:-1]))
