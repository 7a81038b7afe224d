"""A sheet of a workbook (XLSX, XLSM, XLSB, XLS, ODS) as rows of text. Only a process with limits may call this."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from services.ingest.parse.problems import Warning, warning
from services.ingest.parse.unrolled import unrolled_row
from services.ingest.sources.refusals import refusal, shown
from services.ingest.sources.unrolled import Unrolled
from services.ingest.sources.workbook_guard import guard

#: A spreadsheet keeps 15 digits of a number; of one with more the last are lost already, and nobody can say which.
_FIRST_UNCERTAIN = 1e15


def write_workbook(path: Path, filename: str, wanted: str | None, out: BinaryIO) -> Unrolled:
    """Raises BadArchive."""
    guard(path, filename)
    try:
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as workbook:
            sheet, warnings = _chosen(workbook, filename, wanted)
            return _written(sheet, filename, warnings, out)
    except PasswordError as error:
        raise refusal("workbook_encrypted", filename) from error
    except CalamineError as error:
        raise refusal("workbook_damaged", filename, shown(str(error))) from error


def _written(sheet: CalamineSheet, filename: str, warnings: list[Warning], out: BinaryIO) -> Unrolled:
    count, cut = 0, None
    for line, values in enumerate(sheet.iter_rows(), 1):
        cells = _cells(values)
        if cells:
            out.write(unrolled_row(line, cells))
            count += 1
            if cut is None and any(isinstance(each, float) and _uncertain(each) for each in values):
                cut = line
    if not count:
        raise refusal("empty_sheet", filename, shown(sheet.name))
    if cut is not None:
        warnings.append(warning("digits_lost", None, cut))
    return Unrolled(count - 1, sheet.name, {}, tuple(warnings))


def _cells(values: list[Any]) -> list[str]:
    """Without the empty ones at the end, which a sheet has as far as its widest row goes; none for a blank row."""
    cells = [value if isinstance(value, str) else _text(value) for value in values]
    while cells and (not cells[-1] or cells[-1].isspace()):
        cells.pop()
    return cells


def _text(value: Any) -> str:
    """A date in ISO form, and a number as a person would have written it, not as a spreadsheet's float."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number(float(value))
    if isinstance(value, datetime.timedelta):
        return _number(value.total_seconds())
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    """One whose digits are lost is written as the spreadsheet shows it, in exponent form, and so told as rules §1."""
    if _uncertain(value):
        return f"{value:.14E}"
    return str(int(value)) if value.is_integer() else repr(value)


def _uncertain(value: float) -> bool:
    return abs(value) >= _FIRST_UNCERTAIN


def _chosen(workbook: CalamineWorkbook, filename: str, wanted: str | None) -> tuple[CalamineSheet, list[Warning]]:
    """The sheet of that name, or number from 1; else the first that is shown and has something in it."""
    names = [each.name for each in workbook.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    if wanted is not None:
        number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else 0
        name = wanted if wanted in names else names[number - 1] if 1 <= number <= len(names) else None
        if name is None:
            raise refusal("no_such_sheet", filename, f"{wanted!r}; it has " + ", ".join(map(shown, names[:20])))
        return workbook.get_sheet_by_name(name), []
    for sheet in _shown(workbook):
        if sheet.start is not None:
            others = [shown(name) for name in names if name != sheet.name]
            said = f"{shown(sheet.name)}, and not {', '.join(others)}"
            return sheet, [warning("other_sheets", None, said)] if others else []
    raise refusal("empty_workbook", filename)


def _shown(workbook: CalamineWorkbook) -> Iterator[CalamineSheet]:
    for each in workbook.sheets_metadata:
        if each.typ == SheetTypeEnum.WorkSheet and each.visible == SheetVisibleEnum.Visible:
            yield workbook.get_sheet_by_name(each.name)
