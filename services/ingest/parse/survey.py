"""The first pass over a file: how it is to be read, and how many rows it has."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import chain

from ringback.events import Entity
from services.ingest.parse.columns import Columns, columns
from services.ingest.parse.errors_file import own_columns
from services.ingest.parse.frame import Chunked, Survey
from services.ingest.parse.problems import Warning, warning
from services.ingest.parse.table import DELIMITERS, Row, records
from services.ingest.parse.text import FALLBACK, bom_encoding, decode

#: The header is looked for in this many characters.
_START = 1 << 16


def survey(member: Chunked, entity: Entity, encoding: str | None = None) -> Survey:
    """Reads the whole file. `encoding` is the caller's word for one without BOM; LookupError if there is no such."""
    named = bom_encoding(_start(member.chunks())) or encoding
    if named is not None:
        return _count(member, entity, named, ())
    try:
        return _count(member, entity, "utf-8", ())
    except UnicodeDecodeError:
        return _count(member, entity, FALLBACK, (warning("not_utf8", None, FALLBACK),))


def header(member: Chunked, entity: Entity) -> list[str]:
    """The columns of a file that nobody has surveyed yet; none where its first row cannot be read to its end."""
    named = bom_encoding(_start(member.chunks()))
    try:
        cells = _first_row(member, entity, named or "utf-8")
    except UnicodeDecodeError:
        cells = _first_row(member, entity, FALLBACK)
    return own_columns(cells)


def _first_row(member: Chunked, entity: Entity, encoding: str) -> list[str]:
    texts = decode(member.chunks(), encoding)
    start = _first_characters(texts)
    row = next(records(chain([start], texts), _delimiter(entity, start)), None)
    return row.cells if row is not None and not row.flaw else []


def _start(chunks: Iterable[bytes]) -> bytes:
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= 4:
            break
    return start[:4]


def _count(member: Chunked, entity: Entity, encoding: str, said: tuple[Warning, ...]) -> Survey:
    texts = decode(member.chunks(), encoding)
    start = _first_characters(texts)
    delimiter = _delimiter(entity, start)
    rows = records(chain([start], texts), delimiter)
    header = next(rows, None)
    cells = header.cells if header else []
    own = own_columns(cells)
    count = sum(1 for _ in rows)
    return Survey(
        rows=count,
        encoding=encoding,
        delimiter=delimiter,
        header=tuple(own),
        warnings=said + _header_warnings(entity, header, own),
        errors_file=len(own) < len(cells),
    )


def _first_characters(texts: Iterator[str]) -> str:
    start = ""
    for text in texts:
        start += text
        if len(start) >= _START:
            break
    return start


def _delimiter(entity: Entity, start: str) -> str:
    """The one by which the header has most known columns, and of those alike most cells; a comma if all are alike."""
    return max(DELIMITERS, key=lambda each: _score(entity, _header(start[:_START], each)))


def _header(start: str, delimiter: str) -> list[str]:
    reader = csv.reader(StringIO(start, newline=""), delimiter=delimiter)
    return next(filter(None, reader), [])


def _score(entity: Entity, header: list[str]) -> tuple[int, int]:
    return len(columns(entity, header).known), len(header)


def _header_warnings(entity: Entity, header: Row | None, own: list[str]) -> tuple[Warning, ...]:
    if header is None:
        return (warning("empty_file"),)
    read: Columns = columns(entity, own)
    broken = (warning("unclosed_quote"),) if header.flaw else ()
    unknown = () if read.known else (warning("no_known_column"),)
    added = (warning("errors_file"),) if len(own) < len(header.cells) else ()
    return broken + unknown + added + read.warnings
