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


_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="People">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
)
_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{entry}'
    "</manifest:file-entry></manifest:manifest>"
)
ENCRYPTED = '<manifest:encryption-data manifest:checksum-type="SHA1/1K" manifest:checksum="x"/>'


def ods(rows: str, entry: str = "") -> bytes:
    """An OpenDocument sheet with these rows, as XML; `entry` is what its manifest says of it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("mimetype"), _MIMETYPE)
        file.writestr("META-INF/manifest.xml", _MANIFEST.format(entry=entry))
        file.writestr("content.xml", _ODS.format(rows=rows))
    return written.getvalue()


def ods_row(*cells: str, repeated: int = 1) -> str:
    """Each cell is its value's attributes and its text, parted by `|`."""
    return (
        f'<table:table-row table:number-rows-repeated="{repeated}">'
        + "".join(
            f"<table:table-cell {each.partition('|')[0]}><text:p>{each.partition('|')[2]}</text:p></table:table-cell>"
            for each in cells
        )
        + "</table:table-row>"
    )
