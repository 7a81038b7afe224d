"""The three columns of an errors file: written behind a file's own, and passed over when it comes back."""

from collections.abc import Iterator

from services.ingest.parse.frame import Chunked, Survey
from services.ingest.parse.table import Row, records
from services.ingest.parse.text import decode

#: In just this spelling and order, and the last of the header; anywhere else they are columns like others.
ADDED = ("line", "code", "error")


def own_columns(header: list[str]) -> list[str]:
    """The header without the three, where it has columns of its own before them."""
    added = len(header) > len(ADDED) and tuple(header[-len(ADDED) :]) == ADDED
    return header[: -len(ADDED)] if added else header


def without_added(cells: list[str], at: int) -> list[str]:
    """The file's own cells, with those that no header stood over: they are written behind the three."""
    return cells[:at] + cells[at + len(ADDED) :]


def rows_of(member: Chunked, survey: Survey) -> Iterator[Row]:
    """The records of a surveyed file as its own columns have them, the header first."""
    rows = records(decode(member.chunks(), survey.encoding), survey.delimiter)
    return _own(rows, len(survey.header)) if survey.errors_file else rows


def _own(rows: Iterator[Row], at: int) -> Iterator[Row]:
    """A row that could not be read to its end is left as it is: where its quote opened is told by its cells."""
    for row in rows:
        yield row if row.flaw else row._replace(cells=without_added(row.cells, at))
