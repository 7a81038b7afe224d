"""A surveyed file's bytes as its rows, whatever kind of file it is."""

from collections.abc import Iterator

from services.ingest.parse.errors_file import without_added
from services.ingest.parse.frame import Chunked, Survey
from services.ingest.parse.table import Row, records
from services.ingest.parse.text import decode
from services.ingest.parse.unrolled import unrolled_rows


def rows_of(member: Chunked, survey: Survey) -> Iterator[Row]:
    """The records of a surveyed file as its own columns have them, the header first."""
    if survey.unrolled:
        rows = unrolled_rows(member.chunks())
    else:
        rows = records(decode(member.chunks(), survey.encoding), survey.delimiter)
    if survey.header_row is not None:
        rows = below(rows, survey.header_row)
    return _own(rows, len(survey.header)) if survey.errors_file else rows


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
