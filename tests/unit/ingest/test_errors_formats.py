"""Errors files beside plain CSV: workbooks that keep text as text, and several files as one archive."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from services.ingest.api.errors_formats import zipped
from services.ingest.errors_file import ErrorsFile
from services.ingest.errors_workbook import LONGEST, DoesNotFit, ErrorsWorkbook
from services.ingest.parse import survey
from services.ingest.sources.archive import open_archive

HEADER = ["phone", "", "phone", "code"]
CELLS = ["+14155552671", "=1+1", "00123", "2026-01-02T03:04:05Z"]


def written(folder: Path, header: list[str], *rows: list[str]) -> list[list[Any]]:
    """As any reader of workbooks has it."""
    table = ErrorsFile(header, ",", False)
    file = io.BytesIO()
    book = ErrorsWorkbook(file, table.titles, str(folder))
    failed = ({"line": 7, "code": "c", "message": "m", "mended_by": None, "cells": cells} for cells in rows)
    book.rows(table.row(each) for each in failed)
    book.close()
    return CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue())).get_sheet_by_index(0).to_python()


def test_every_cell_of_a_workbook_is_text_as_it_stood(tmp_path: Path) -> None:
    rows = written(tmp_path, HEADER, CELLS, ["a\r\nb", " ", "x", "1.50", "one more"])
    assert rows[0] == [*HEADER, "line", "code", "error", ""]
    assert rows[1] == [*CELLS, "7", "c", "m", ""]
    assert [each.replace("\r", "") for each in rows[2]] == ["a\nb", " ", "x", "1.50", "7", "c", "m", "one more"]
    assert list(tmp_path.iterdir()) == []


def test_a_cell_that_no_workbook_holds_is_told_and_not_cut(tmp_path: Path) -> None:
    assert written(tmp_path, ["a"], ["x" * LONGEST])[1][0] == "x" * LONGEST
    with pytest.raises(DoesNotFit, match="line 7 has 32,768"):
        written(tmp_path, ["a"], ["x" * (LONGEST + 1), "b"])


class Written:
    """A file's failed rows, already written."""

    def __init__(self, entity: str, content: str) -> None:
        self.entity, self._content = entity, content.encode()

    async def csv(self) -> AsyncIterator[bytes]:
        yield self._content[:5]
        yield self._content[5:]


async def test_several_files_are_an_archive_as_imports_take_it(tmp_path: Path) -> None:
    contents = {"contacts": "phone,line,code,error\nx,2,c,m\n", "messages": "body,line,code,error\n"}
    several: list[Any] = [Written(entity, content) for entity, content in contents.items()]
    path = tmp_path / "errors.zip"
    path.write_bytes(b"".join([piece async for piece in zipped(several)]))
    archive = open_archive(path)
    archive.verify()
    found = {entity: survey(member, entity) for entity, member in archive.members.items()}
    assert {entity: (each.rows, each.errors_file) for entity, each in found.items()} == {
        "contacts": (1, True),
        "messages": (0, True),
    }
