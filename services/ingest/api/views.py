"""What the API shows of an import."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import RowMapping

from services.ingest import import_log
from services.ingest.sources.kinds import Kind


class Figures(BaseModel):
    """Of one file; rows is null until they are counted. In the end new + updated + skipped + failed = rows."""

    rows: int | None
    new: int
    updated: int
    skipped: int
    failed: int


class Undone(BaseModel):
    """Records that an undo met, each one of the three: gone, with a field changed back, or as others say it still."""

    removed: int
    restored: int
    kept: int


class ImportItem(BaseModel):
    """An import as it is now. An undo (`undoes`) has no rows; `undone` is what became of the records, by file."""

    id: UUID
    parent: UUID | None
    status: str
    dry_run: bool
    source: str
    notes: str | None
    tags: list[str]
    external_id: str | None
    on_duplicate: str
    match_on: str
    defaults: dict[str, str]
    list: str | None
    callback_url: str | None
    kind: Kind
    filename: str | None
    size: int
    sha256: str
    created_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancelled_by: str | None
    reason: str | None
    retry_of: UUID | None
    undoes: UUID | None
    hidden_at: datetime | None
    summary: dict[str, Figures]
    undone: dict[str, Undone] | None


class Counted(BaseModel):
    """Rows of any number of files: `seen` were read, new + updated + skipped + failed of them."""

    seen: int
    new: int
    updated: int
    skipped: int
    failed: int


class Totals(BaseModel):
    """`rows` by file. A row that failed and was mended by a retry counts once, as what became of it then."""

    imports: int
    rows: dict[str, Counted]


class Summary(BaseModel):
    """Of all a tenant's imports; `last` is the newest, whatever it is at."""

    imports: int
    hidden: int
    by_status: dict[str, int]
    real: Totals
    dry: Totals
    last: ImportItem | None


class FileWarning(BaseModel):
    """`row` is null where the whole file is meant, `file` too where it is the archive."""

    file: str | None
    row: int | None
    code: str
    column: str | None
    message: str


class Frozen(BaseModel):
    """The tenant's settings as they were when it was accepted; `own_numbers` with its archive's own."""

    region: str
    time_zone: str
    own_numbers: list[str]


class Column(BaseModel):
    """What a column of a table was read as: one of ours, `custom:` and a name, or null where it was passed over."""

    header: str
    field: str | None


class Records(BaseModel):
    """Where the records are that an import made, and those that were there and that it changed."""

    made: str
    changed: str


class Retry(BaseModel):
    """An import that ran failed rows again."""

    id: UUID
    parent: UUID
    status: str
    dry_run: bool
    filename: str | None
    created_by: str
    created_at: datetime
    ended_at: datetime | None


class ImportDetail(ImportItem):
    """With what one should know of its rows.

    `whole` is what it and its retries came to, of which `failed` still fails; null of a retry, whose `retry_of` has it,
    and of an undo. `mapping` is a table's, once it was read; an archive has none. `records` are null of a dry run or an
    undo, `warnings` the first 100, by file and row.
    """

    settings: Frozen
    mapping: dict[str, list[Column]]
    whole: dict[str, Figures] | None
    retries: list[Retry]
    records: dict[str, Records] | None
    warnings: list[FileWarning]
    more_warnings: bool


class FailedRow(BaseModel):
    """A row that failed. `cells` are as the file has them, by its header; cells without one are `column N`.

    `mended_by` is the retry in which it failed no more.
    """

    file: str
    row: int
    line: int
    code: str
    column: str | None
    message: str
    mended_by: UUID | None
    cells: dict[str, str]


class LogEntry(BaseModel):
    """`event` is for programs, `message` for people; `by` is the subject of a token, null where nobody asked for it."""

    at: datetime
    event: import_log.Event
    message: str
    by: str | None


def item(row: RowMapping, files: Iterable[RowMapping]) -> dict[str, Any]:
    """An ImportItem's fields."""
    listed = list(files)
    if row["undoes"] is None:
        return {**row, "summary": _by_file(listed, Figures), "undone": None}
    return {**row, "summary": {}, "undone": _by_file(listed, Undone)}


def _by_file(files: Iterable[RowMapping], figures: type[BaseModel]) -> dict[str, Any]:
    return {each["entity"]: {name: each[name] for name in figures.model_fields} for each in files}


def cells(header: list[str], values: list[str]) -> dict[str, str]:
    """A header that stands there twice, or is blank, gets the column's number."""
    named: dict[str, str] = {}
    for position, value in enumerate(values):
        name = header[position] if position < len(header) else ""
        named[name if name and name not in named else f"column {position + 1}"] = value
    return named
