"""What is known of an import, and what is shown of it. Pure.

`State` is a join-semilattice: the import's state by the highest revision, each ledger line by maxima. So records may be
repeated, reordered and merged in any grouping, and the same snapshot comes out; nothing in it ever goes back.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from ringback.events import ENDED, Entity, EntityProgress, ImportState, Snapshot, Tally

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Line(msgspec.Struct, frozen=True):
    """The highest that was ever said of an entity's ledger line; `at` is when its last row was counted."""

    new: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    closed: bool = False
    at: datetime = NEVER
    seen: int = 0
    removed: int = 0
    restored: int = 0
    kept: int = 0

    def join(self, other: "Line") -> "Line":
        """The maximum, count by count: each is cumulative, so the higher is the later."""
        return Line(
            max(self.new, other.new),
            max(self.updated, other.updated),
            max(self.skipped, other.skipped),
            max(self.failed, other.failed),
            self.closed or other.closed,
            max(self.at, other.at),
            max(self.seen, other.seen),
            max(self.removed, other.removed),
            max(self.restored, other.restored),
            max(self.kept, other.kept),
        )

    @property
    def processed(self) -> int:
        """Rows that have ended as one of the four; of an undo, which has none, commands that were carried out."""
        return max(self.seen, self.new + self.updated + self.skipped + self.failed)


class State(msgspec.Struct, frozen=True):
    """All that is known of one import; what the aggregator's table holds."""

    tenant: str
    import_id: str
    known: ImportState | None = None
    lines: dict[Entity, Line] = {}


def of_import(tenant: str, known: ImportState) -> State:
    """What an import's state tells: its files' own lines count too, so that a finished one is complete by itself."""
    lines: dict[Entity, Line] = {}
    for file in known.files:
        undone = file.seen, file.removed, file.restored, file.kept
        line = Line(file.new, file.updated, file.skipped, file.failed, file.closed, NEVER, *undone)
        lines[file.entity] = lines.get(file.entity, Line()).join(line)
    return State(tenant, known.id, known, lines)


def of_tally(tenant: str, tally: Tally) -> State:
    """What a tally tells."""
    undone = tally.seen, tally.removed, tally.restored, tally.kept
    line = Line(tally.new, tally.updated, tally.skipped, tally.failed, tally.closed, tally.at, *undone)
    return State(tenant, tally.import_id, None, {tally.entity: line})


def join(one: State, other: State) -> State:
    """Both of the same import; the order of the two does not matter."""
    entities = sorted(one.lines.keys() | other.lines.keys())
    lines = {each: one.lines.get(each, Line()).join(other.lines.get(each, Line())) for each in entities}
    return State(one.tenant, one.import_id, _later(one.known, other.known), lines)


def _later(one: ImportState | None, other: ImportState | None) -> ImportState | None:
    """By revision; of two with the same one, which ingest never writes, always the same of the two."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda state: (state.revision, msgspec.json.encode(state)))


def snapshot(state: State) -> Snapshot:
    """What is shown. Before ingest's first word of an import, its totals are unknown and it counts as running."""
    known = state.known
    shown = Snapshot(
        import_id=state.import_id,
        tenant=state.tenant,
        status=known.status if known else "running",
        dry_run=known.dry_run if known else True,
        revision=known.revision if known else 0,
        entities=_entities(state),
        updated_at=_updated_at(state),
    )
    if known is not None:
        shown.created_at, shown.started_at, shown.ended_at = known.created_at, known.started_at, known.ended_at
        shown.reason, shown.filename, shown.errors = known.reason, known.filename, known.errors[:10]
        shown.current, shown.undoes = _current(state), known.undoes
    return shown


def _entities(state: State) -> dict[Entity, EntityProgress]:
    totals = _totals(state.known)
    return {
        entity: _progress(state.lines.get(entity, Line()), totals.get(entity))
        for entity in sorted(totals.keys() | state.lines.keys())
    }


def _totals(known: ImportState | None) -> dict[Entity, int | None]:
    totals: dict[Entity, int | None] = {}
    for file in known.files if known else []:
        totals[file.entity] = file.rows
    return totals


def _progress(line: Line, total: int | None) -> EntityProgress:
    processed = line.processed if total is None else min(line.processed, total)
    return EntityProgress(
        total=total,
        processed=processed,
        new=line.new,
        updated=line.updated,
        skipped=line.skipped,
        failed=line.failed,
        removed=line.removed,
        restored=line.restored,
        kept=line.kept,
        closed=line.closed,
    )


def _updated_at(state: State) -> datetime:
    return max(_moments(state))


def _moments(state: State) -> Iterable[datetime]:
    yield NEVER
    yield from (line.at for line in state.lines.values())
    if state.known is not None:
        known = state.known
        yield from (at for at in (known.created_at, known.started_at, known.ended_at) if at is not None)


def _current(state: State) -> str | None:
    """The row last counted, by the file's name; nothing once the import has ended."""
    if state.known is None or state.known.status in ENDED:
        return None
    names = {file.entity: file.name for file in state.known.files}
    at, entity = max(((line.at, entity) for entity, line in state.lines.items()), default=(NEVER, None))
    if entity is None or at == NEVER:
        return None
    what = "row" if state.known.undoes is None else "part"
    return f"{names.get(entity, entity)} {what} {state.lines[entity].processed}"


def lower(shown: Snapshot, than: Snapshot) -> bool:
    """Whether `shown` is behind in anything: then it came from a zombie, and is to be written over."""
    if shown.revision < than.revision:
        return True
    return any(
        entity not in shown.entities or _behind(shown.entities[entity], progress)
        for entity, progress in than.entities.items()
    )


def _behind(one: EntityProgress, other: EntityProgress) -> bool:
    counts = ("processed", "new", "updated", "skipped", "failed", "removed", "restored", "kept", "closed")
    return any(getattr(one, each) < getattr(other, each) for each in counts)
