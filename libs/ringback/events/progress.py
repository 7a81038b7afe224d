"""What a dashboard shows of an import: one snapshot, the last one holds."""

import msgspec

from ringback.events.envelope import Entity, Envelope, ImportId, Time
from ringback.events.imports import RowError, Status


class EntityProgress(msgspec.Struct, kw_only=True):
    """`total` is None until the rows are counted; processed = new + updated + skipped + failed, never over total.

    Of an undo both are commands of up to 1,000 records; `removed`, `restored` and `kept` are what became of these.
    """

    total: int | None
    processed: int
    new: int
    updated: int
    skipped: int
    failed: int
    removed: int = 0
    restored: int = 0
    kept: int = 0
    closed: bool = False


class Snapshot(msgspec.Struct, kw_only=True):
    """The state of an import at `updated_at`; `revision` is the import's own. `current` names the row last counted."""

    import_id: ImportId
    tenant: str
    status: Status
    dry_run: bool
    revision: int
    entities: dict[Entity, EntityProgress]
    updated_at: Time
    created_at: Time | None = None
    started_at: Time | None = None
    ended_at: Time | None = None
    reason: str | None = None
    filename: str | None = None
    current: str | None = None
    errors: list[RowError] = []
    undoes: ImportId | None = None


class ProgressChanged(Envelope, tag="ringback.progress.changed.v1"):
    """On `progress.v1`, whose records are keyed by import so that compaction keeps one each."""

    data: Snapshot
