"""Rows as one sheet of an XLSX workbook. Every cell is text, as it stands: no formula, no date, no lost zero."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from ringback.exports.cells import Row, harmless, written
from ringback.exports.writer import DoesNotFit, Sink

#: What the format allows.
MOST_ROWS, MOST_COLUMNS, LONGEST = 1_048_576, 16_384, 32_767
_OTHERWISE = "take csv, json or ndjson."


class WorkbookFile:
    """Rows go to a file in `folder` as they come; the workbook is made of it by `close`, and not before."""

    def __init__(self, sink: Sink, header: Sequence[str], safe: bool, name: str, folder: Path) -> None:
        if len(header) > MOST_COLUMNS:
            raise DoesNotFit(f"{len(header):,} columns; a sheet has at most {MOST_COLUMNS:,}: {_OTHERWISE}")
        self._book = Workbook(sink, {"constant_memory": True, "tmpdir": str(folder)})
        self._book.use_zip64()
        self._sheet = self._book.add_worksheet(name)
        self._columns, self._safe, self._at = list(enumerate(header)), safe, 0
        self._write({name: name for name in header})

    def rows(self, rows: Iterable[Row]) -> None:
        """In order, behind those before. Raises DoesNotFit: a cell that was cut would look like a whole one."""
        for row in rows:
            self._write(row)

    def close(self) -> None:
        """Makes the workbook."""
        self._sheet.freeze_panes(1, 0)
        try:
            self._book.close()
        except FileCreateError as error:
            # Around the system's own error, such as that the disk is full.
            raise error.args[0] from error

    def _write(self, row: Row) -> None:
        if self._at == MOST_ROWS:
            raise DoesNotFit(f"A sheet has at most {MOST_ROWS:,} rows: ask for fewer by limit, or {_OTHERWISE}")
        for at, name in self._columns:
            if text := written(row.get(name)):
                shown = harmless(text) if self._safe else text
                if self._sheet.write_string(self._at, at, shown):
                    raise DoesNotFit(
                        f"Row {self._at} has {len(text):,} characters as {name}; a workbook's cell holds {LONGEST:,}: "
                        + _OTHERWISE
                    )
        self._at += 1
