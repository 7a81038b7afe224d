"""Failed rows as an Excel workbook, in the memory of one row. All is text: `00123` and `+1…` stay what they are."""

from collections.abc import Iterable
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from services.ingest.parse.errors_file import ADDED

#: What the format allows.
MOST_ROWS, MOST_COLUMNS, LONGEST = 1_048_576, 16_384, 32_767


class DoesNotFit(ValueError):
    """The format has no room for it; the text says for what."""


class ErrorsWorkbook:
    """Rows lie in `folder` until `close` makes the workbook of them. It blocks, and is for threads."""

    def __init__(self, file: IO[bytes], titles: list[str], folder: str) -> None:
        if len(titles) > MOST_COLUMNS:
            raise DoesNotFit(f"a sheet has at most {MOST_COLUMNS:,} columns, and there are {len(titles):,}")
        self._book = Workbook(file, {"constant_memory": True, "tmpdir": folder})
        self._book.use_zip64()
        self._sheet = self._book.add_worksheet("errors")
        # A cell that is written over in a spreadsheet stays text too.
        self._sheet.set_column(0, len(titles) - 1, None, self._book.add_format({"num_format": "@"}))
        self._sheet.freeze_panes(1, 0)
        self._at, self._line = 0, len(titles) - len(ADDED)
        self.rows([titles])

    def rows(self, rows: Iterable[list[str]]) -> None:
        """Raises DoesNotFit: a cell that was cut would be imported as a whole one."""
        for row in rows:
            if self._at == MOST_ROWS:
                raise DoesNotFit(f"a sheet has at most {MOST_ROWS:,} rows")
            for column, text in enumerate(row):
                if text and self._sheet.write_string(self._at, column, text):
                    raise DoesNotFit(
                        f"a cell of line {row[self._line]} has {len(text):,} characters, and may have {LONGEST:,}"
                    )
            self._at += 1

    def close(self) -> None:
        """Behind the last row."""
        try:
            self._book.close()
        except FileCreateError as failed:
            # Around the system's own error, such as that the disk is full.
            raise failed.args[0] from failed
