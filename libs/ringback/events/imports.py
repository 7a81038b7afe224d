"""The life of an import: what ingest sends behind and between the rows, and the state it tells of."""

from typing import Annotated, Literal

import msgspec

from ringback.events.envelope import Entity, Envelope, ImportId, Sequence, Text, Time

Status = Literal["needs_mapping", "queued", "running", "paused", "finished", "cancelled", "failed", "undoing", "undone"]
#: After which nothing becomes of an import any more, but that a finished one may be undone.
ENDED: frozenset[Status] = frozenset({"finished", "cancelled", "failed", "undone"})


class RejectedRow(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A row of the file that could not become an event; it holds its place in the sequence and counts as failed."""

    code: str
    line: int
    column: str | None = None


class RowRejected(Envelope, tag="ringback.row.rejected.v1"):
    """On the topic of its entity, in the place of the row."""

    importid: ImportId
    sequence: Sequence
    data: RejectedRow


class ImportClose(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Nothing follows. `entities` are all of the import: its shadow is kept until the last of them is closed."""

    entities: list[Entity]
    reason: Literal["finished", "cancelled", "failed", "undone"] = "finished"


class ImportClosed(Envelope, tag="ringback.import.close.v1"):
    """Behind the last row, as `sequence` rows + 1. A cancel's or failure's has none and closes where the line is."""

    importid: ImportId
    data: ImportClose


class ImportUndo(msgspec.Struct, kw_only=True):
    """Of `undoes`, whose lines are closed: all its contributions go out of the next records, `most` at a time."""

    undoes: ImportId
    most: Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class ImportUndone(Envelope, tag="ringback.import.undo.v1"):
    """On the topics of the rows, numbered like them; `importid` is the undo's own, whose line counts in commands."""

    importid: ImportId
    sequence: Sequence
    data: ImportUndo


class RowError(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Why a row failed, in words that say how to mend it; `row` from 1 in its file, `line` as the file counts."""

    file: str
    row: int
    line: int
    code: str
    message: str
    column: str | None = None


class FileState(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One file of an import and its ledger line as ingest knows it. `rows` is None until they are counted.

    Of an undo `rows` and `seen` are commands, and `removed`, `restored` and `kept` the records that they met.
    """

    entity: Entity
    name: str
    rows: int | None = None
    seen: int = 0
    new: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    removed: int = 0
    restored: int = 0
    kept: int = 0
    closed: bool = False


class ImportState(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An import, whole; of two the one with the higher `revision` holds. `errors` are the first 10 failed rows."""

    id: ImportId
    revision: int
    status: Status
    dry_run: bool
    source: str
    created_at: Time
    files: list[FileState]
    undoes: ImportId | None = None
    filename: str | None = None
    started_at: Time | None = None
    ended_at: Time | None = None
    reason: Text | None = None
    errors: list[RowError] = []


class ImportChanged(Envelope, tag="ringback.import.changed.v1"):
    """On `imports.v1`."""

    data: ImportState
