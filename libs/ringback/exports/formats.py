"""The formats of an export: how each is asked for, what it is called over HTTP, and its writer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ringback.exports.csv_file import CsvFile
from ringback.exports.json_files import JsonFile, NdjsonFile
from ringback.exports.workbook import WorkbookFile
from ringback.exports.writer import Sink, Writer

TableFormat = Literal["csv", "xlsx"]
Format = Literal["csv", "xlsx", "json", "ndjson"]

MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
}


def is_table(format: Format) -> bool:
    """It has one header for all rows, which must be known before the first."""
    return format in ("csv", "xlsx")


def writer(format: Format, sink: Sink, header: Sequence[str], *, safe: bool, name: str, folder: Path) -> Writer:
    """`safe` is for spreadsheets, and nothing to JSON; `folder` takes a workbook's rows meanwhile."""
    if format == "csv":
        return CsvFile(sink, header, safe)
    if format == "xlsx":
        return WorkbookFile(sink, header, safe, name, folder)
    return JsonFile(sink, header) if format == "json" else NdjsonFile(sink, header)
