"""Rows as JSON objects: in one array, or one a line.

The names are a table's columns, lists are arrays, and custom fields have an object of their own.
"""

from collections.abc import Iterable, Sequence

import msgspec

from ringback.exports.cells import CUSTOM, Cell, Row
from ringback.exports.writer import Sink


class NdjsonFile:
    """An object a line. Of the columns of every record, an empty one is null; of the others, it is absent."""

    def __init__(self, sink: Sink, header: Sequence[str]) -> None:
        self._sink, self._empty = sink, dict.fromkeys(header)

    def rows(self, rows: Iterable[Row]) -> None:
        """In order, behind those before."""
        self._sink.write(b"".join(self._object(row) + b"\n" for row in rows))

    def close(self) -> None:
        """Nothing stands behind the last row."""

    def _object(self, row: Row) -> bytes:
        known: dict[str, Cell | dict[str, Cell]] = {**self._empty}
        custom: dict[str, Cell] = {}
        for name, value in row.items():
            if name.startswith(CUSTOM):
                custom[name.removeprefix(CUSTOM)] = value
            else:
                known[name] = value
        return msgspec.json.encode({**known, "custom": custom} if custom else known)


class JsonFile(NdjsonFile):
    """One array, written as the rows come."""

    def __init__(self, sink: Sink, header: Sequence[str]) -> None:
        super().__init__(sink, header)
        self._before = b"\n"
        sink.write(b"[")

    def rows(self, rows: Iterable[Row]) -> None:
        """In order, behind those before."""
        for row in rows:
            self._sink.write(self._before + self._object(row))
            self._before = b",\n"

    def close(self) -> None:
        """The end of the array."""
        self._sink.write(b"\n]\n")
