"""Builders: workbooks as people save them, and with a part that another wrote."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import xlsxwriter

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def workbook(*rows: Sequence[Any], **options: Any) -> bytes:
    """A sheet with these rows; dates are dates, and text is text."""
    return sheets({"Sheet1": rows}, **options)


def sheets(named: dict[str, Sequence[Sequence[Any]]], hidden: str | None = None, **options: Any) -> bytes:
    written = io.BytesIO()
    formats = {"in_memory": True, **options}
    with xlsxwriter.Workbook(written, formats) as book:
        for name, rows in named.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write(number, column, value, book.add_format({"num_format": _format(value)}))
            if name == hidden:
                sheet.hide()
    return written.getvalue()


def _format(value: Any) -> str:
    if isinstance(value, timedelta):
        return "[h]:mm:ss"
    if isinstance(value, datetime):
        return "yyyy-mm-dd hh:mm:ss"
    return {date: "yyyy-mm-dd", time: "hh:mm:ss"}.get(type(value), "General")


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same with one of its parts changed."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            new.writestr(each, change(old.read(each)) if each == name else old.read(each))
    return written.getvalue()
