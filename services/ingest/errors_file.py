"""The failed rows of one file as a table again: its own columns as they stood, and why each row failed. Pure.

As CSV it is UTF-8 with the delimiter of the original, and begins with a BOM where that did, so that it opens in the
program that wrote the original. What UTF-8 cannot hold or nobody can mend, halves of surrogate pairs and U+0000, is
U+FFFD.
"""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any, NamedTuple

from services.ingest.parse.errors_file import ADDED

_MARKED = ("utf-8-sig", "utf-16-", "utf-32-")
_REPLACED = {0: "\ufffd"} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


class ErrorsFile(NamedTuple):
    """Made of a file's survey."""

    header: list[str]
    delimiter: str
    marked: bool

    @classmethod
    def of(cls, survey: Mapping[str, Any]) -> "ErrorsFile":
        """`survey` is as it is kept: plain values."""
        return cls(survey["header"], survey["delimiter"], survey["encoding"].startswith(_MARKED))

    @property
    def own_titles(self) -> list[str]:
        """The file's own."""
        return _written(self.header)

    @property
    def titles(self) -> list[str]:
        """The first row."""
        return [*self.own_titles, *ADDED]

    def row(self, failed: Any) -> list[str]:
        """Cells that no header stands over come behind the three, so that these are where the header says."""
        width = len(self.header)
        own = [*failed["cells"], *[""] * (width - len(failed["cells"]))]
        return _written([*own[:width], str(failed["line"]), failed["code"], _error(failed), *own[width:]])

    def csv_head(self) -> bytes:
        """Before all rows."""
        return (b"\xef\xbb\xbf" if self.marked else b"") + self._csv([self.titles])

    def csv_rows(self, failed: Iterable[Any]) -> bytes:
        """In order, behind those before."""
        return self._csv(map(self.row, failed))

    def _csv(self, rows: Iterable[list[str]]) -> bytes:
        text = StringIO(newline="")
        csv.writer(text, delimiter=self.delimiter).writerows(rows)
        return text.getvalue().encode()


def _error(failed: Any) -> str:
    """One that was mended is of no concern any more, and says so."""
    mended_by = failed["mended_by"]
    return f"Mended by the import {mended_by}. It said: {failed['message']}" if mended_by else failed["message"]


def _written(cells: Iterable[str]) -> list[str]:
    return [cell.translate(_REPLACED) for cell in cells]
