"""A progress message as the OpenAPI document describes it; it is made by `pace`, from a Snapshot."""

from datetime import datetime

from pydantic import BaseModel

from ringback.events import Entity, Status


class Counted(BaseModel):
    """`total` is null until the rows are counted."""

    total: int | None
    processed: int
    new: int
    updated: int
    skipped: int
    failed: int
    closed: bool


class FailedRow(BaseModel):
    """One of the first rows that failed."""

    file: str
    row: int
    line: int
    code: str
    message: str
    column: str | None = None


class Progress(BaseModel):
    """The state of an import at `updated_at`; rates and seconds are null where they are not known."""

    import_id: str
    tenant: str
    status: Status
    dry_run: bool
    revision: int
    entities: dict[Entity, Counted]
    updated_at: datetime
    created_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    filename: str | None
    current: str | None
    errors: list[FailedRow]
    rows_per_s: float | None
    elapsed_s: float | None
    remaining_s: float | None
