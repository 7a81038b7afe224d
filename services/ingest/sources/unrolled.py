"""What the process that unrolls an upload is told, what it says, and what it may take."""

from typing import Any, NamedTuple

from services.ingest.parse.problems import Warning
from services.ingest.sources.kinds import Kind

#: Bytes and seconds of the processor: 100,000 rows of 12 columns took 150 MB as XLSX and 4 s.
MEMORY, CPU_SECONDS = 1 << 30, 120


class Wanted(NamedTuple):
    """`filename` is for people. `sheet` is of a workbook, `encoding` of JSON."""

    kind: Kind
    filename: str
    sheet: str | None = None
    encoding: str | None = None


class Unrolled(NamedTuple):
    """`label` is the sheet's name, or the key of JSON's list; `fields` is what stands beside that list."""

    rows: int
    label: str | None
    fields: dict[str, Any]
    warnings: tuple[Warning, ...]
