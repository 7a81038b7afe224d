"""A surveyed file's bytes as its rows, whatever kind of file it is."""

from collections.abc import Iterator, Sequence

from services.ingest.parse.chosen import chosen
from services.ingest.parse.errors_file import without_added
from services.ingest.parse.frame import Chunked, Survey
from services.ingest.parse.table import Row, records
from services.ingest.parse.text import decode
from services.ingest.parse.unrolled import unrolled_rows

#: Characters of a line's number.
_LONGEST_LINE = 18


def rows_of(member: Chunked, survey: Survey, only: Sequence[int] | None = None) -> Iterator[Row]:
    """The records of a surveyed file as its own columns have them, the header first; some `only`, numbered anew."""
    rows = _as_written(member, survey)
    if survey.errors_file:
        rows = _own(rows, len(survey.header))
    return rows if only is None else chosen(rows, only)


def lines_said(member: Chunked, survey: Survey) -> Iterator[int | None]:
    """What each row of an errors file says in `line`; None where that is no line, or the file is no errors file."""
    at = len(survey.header) if survey.errors_file else None
    for row in _as_written(member, survey):
        if row.number:
            yield None if at is None or at >= len(row.cells) else _line(row.cells[at])


def _line(cell: str) -> int | None:
    """A spreadsheet may have made a fraction of it."""
    digits = cell.strip().removesuffix(".0")
    return int(digits) if digits.isdecimal() and len(digits) < _LONGEST_LINE else None


def _as_written(member: Chunked, survey: Survey) -> Iterator[Row]:
    if survey.unrolled:
        rows = unrolled_rows(member.chunks())
    else:
        rows = records(decode(member.chunks(), survey.encoding), survey.delimiter)
    if survey.header_row is not None:
        rows = below(rows, survey.header_row)
    return rows


def below(rows: Iterator[Row], header_row: int) -> Iterator[Row]:
    """The rows from that line on, numbered anew."""
    above = None
    for row in rows:
        if row.line >= header_row:
            above = row.number if above is None else above
            yield row._replace(number=row.number - above)


def _own(rows: Iterator[Row], at: int) -> Iterator[Row]:
    """A row that could not be read to its end is left as it is: where its quote opened is told by its cells."""
    for row in rows:
        yield row if row.flaw else row._replace(cells=without_added(row.cells, at))
