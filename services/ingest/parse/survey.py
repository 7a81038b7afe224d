"""The first pass over a file: how it is to be read, and how many rows it has."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import chain, islice
from typing import NamedTuple

from ringback.events import Entity
from services.ingest.parse.columns import Columns, columns
from services.ingest.parse.errors_file import own_columns, without_added
from services.ingest.parse.frame import Chunked, Layout, Survey
from services.ingest.parse.opening import below
from services.ingest.parse.problems import Warning, warning
from services.ingest.parse.table import DELIMITERS, Row, records
from services.ingest.parse.text import FALLBACK, bom_encoding, decode
from services.ingest.parse.unrolled import unrolled_rows

#: The header is looked for in this many characters.
_START = 1 << 16
#: What is said of a header with such a flaw, where it is no quote.
_BROKEN = {"row_too_large": "header_too_large"}
#: Nobody has chosen anything.
AS_IT_IS = Layout()


class Head(NamedTuple):
    """The beginning of a file. `header` is without the three columns of an errors file, `rows` are those below it."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    errors_file: bool
    warnings: tuple[Warning, ...]


def survey(member: Chunked, entity: Entity, layout: Layout = AS_IT_IS) -> Survey:
    """Reads the whole file; LookupError where the encoding that was chosen is none."""
    if layout.unrolled:
        return _count(member, entity, "utf-8", layout, ())
    named = bom_encoding(_start(member.chunks())) or layout.encoding
    if named is not None:
        return _count(member, entity, named, layout, ())
    try:
        return _count(member, entity, "utf-8", layout, ())
    except UnicodeDecodeError:
        return _count(member, entity, FALLBACK, layout, (warning("not_utf8", None, FALLBACK),))


def head(member: Chunked, entity: Entity, layout: Layout = AS_IT_IS, rows: int = 0) -> Head:
    """As the survey will read it, which takes a look at the encoding of all of it; LookupError as there."""
    encoding, said = ("utf-8", ()) if layout.unrolled else encoding_of(member, layout.encoding)
    delimiter, records = _opened(member, entity, encoding, layout)
    first = next(records, None)
    cells = first.cells if first else []
    own = own_columns(cells)
    below = (row if row.flaw else row._replace(cells=without_added(row.cells, len(own))) for row in records)
    added = len(own) < len(cells)
    warnings = said + _header_warnings(entity, first, own, layout)
    return Head(encoding, delimiter, tuple(own), tuple(islice(below if added else records, rows)), added, warnings)


def encoding_of(member: Chunked, chosen: str | None = None) -> tuple[str, tuple[Warning, ...]]:
    """A BOM decides, else who chose one, else strict UTF-8 over the whole file, else cp1252 with a warning."""
    named = bom_encoding(_start(member.chunks())) or chosen
    if named is not None:
        return named, ()
    try:
        for _ in decode(member.chunks(), "utf-8"):
            pass
    except UnicodeDecodeError:
        return FALLBACK, (warning("not_utf8", None, FALLBACK),)
    return "utf-8", ()


def header(member: Chunked, entity: Entity) -> list[str]:
    """The columns of a file of an archive, which nobody has surveyed yet; none where its first row has no end."""
    named = bom_encoding(_start(member.chunks()))
    try:
        cells = _first_row(member, entity, named or "utf-8")
    except UnicodeDecodeError:
        cells = _first_row(member, entity, FALLBACK)
    return own_columns(cells)


def _first_row(member: Chunked, entity: Entity, encoding: str) -> list[str]:
    row = next(_opened(member, entity, encoding, AS_IT_IS)[1], None)
    return row.cells if row is not None and not row.flaw else []


def _opened(member: Chunked, entity: Entity, encoding: str, layout: Layout) -> tuple[str, Iterator[Row]]:
    """Its delimiter and its records, the header first."""
    if layout.unrolled:
        delimiter, rows = DELIMITERS[0], unrolled_rows(member.chunks())
    else:
        texts = decode(member.chunks(), encoding)
        start = _first_characters(texts)
        delimiter = _delimiter(entity, start, layout.header_row or 1)
        rows = records(chain([start], texts), delimiter)
    return delimiter, rows if layout.header_row is None else below(rows, layout.header_row)


def _start(chunks: Iterable[bytes]) -> bytes:
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= 4:
            break
    return start[:4]


def _count(member: Chunked, entity: Entity, encoding: str, layout: Layout, said: tuple[Warning, ...]) -> Survey:
    delimiter, rows = _opened(member, entity, encoding, layout)
    header = next(rows, None)
    cells = header.cells if header else []
    own = own_columns(cells)
    count = sum(1 for _ in rows)
    return Survey(
        rows=count,
        encoding=encoding,
        delimiter=delimiter,
        header=tuple(own),
        warnings=said + _header_warnings(entity, header, own, layout),
        errors_file=len(own) < len(cells),
        header_row=layout.header_row,
        mapping=layout.mapping,
        unrolled=layout.unrolled,
    )


def _first_characters(texts: Iterator[str]) -> str:
    start = ""
    for text in texts:
        start += text
        if len(start) >= _START:
            break
    return start


def _delimiter(entity: Entity, start: str, header_row: int) -> str:
    """The one by which the header has most known columns, and of those alike most cells; a comma if all are alike."""
    return max(DELIMITERS, key=lambda each: _score(entity, _header(start[:_START], each, header_row)))


def _header(start: str, delimiter: str, header_row: int) -> list[str]:
    reader = csv.reader(islice(StringIO(start, newline=""), header_row - 1, None), delimiter=delimiter)
    return next(filter(None, reader), [])


def _score(entity: Entity, header: list[str]) -> tuple[int, int]:
    return len(columns(entity, header).known), len(header)


def _header_warnings(entity: Entity, header: Row | None, own: list[str], layout: Layout) -> tuple[Warning, ...]:
    if header is None:
        return (warning("empty_file"),)
    read: Columns = columns(entity, own, layout.mapping)
    broken = (warning(_BROKEN.get(header.flaw, "unclosed_quote")),) if header.flaw else ()
    unknown = () if read.known else (warning("no_known_column"),)
    added = (warning("errors_file"),) if len(own) < len(header.cells) else ()
    nul = (warning("nul_in_header"),) if any("\0" in cell for cell in own) else ()
    return broken + unknown + added + nul + read.warnings
