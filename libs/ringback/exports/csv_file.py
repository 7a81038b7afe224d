"""Rows as CSV: UTF-8, commas, a header; quoted newlines are data."""

import csv
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from io import StringIO

from ringback.exports.cells import Row, harmless, written
from ringback.exports.writer import Sink


class CsvFile:
    """With a BOM where it is to be safe in a spreadsheet, which would take it for another encoding otherwise."""

    def __init__(self, sink: Sink, header: Sequence[str], safe: bool) -> None:
        self._sink, self._header, self._safe = sink, header, safe
        sink.write(BOM_UTF8 if safe else b"")
        self._write([list(header)])

    def rows(self, rows: Iterable[Row]) -> None:
        """In order, behind those before."""
        self._write([written(row.get(name)) for name in self._header] for row in rows)

    def close(self) -> None:
        """Nothing stands behind the last row."""

    def _write(self, rows: Iterable[list[str]]) -> None:
        text = StringIO(newline="")
        csv.writer(text).writerows([*map(harmless, row)] if self._safe else row for row in rows)
        self._sink.write(text.getvalue().encode())
