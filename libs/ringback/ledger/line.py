"""The receiver's half of the import protocol, pure: what a ledger line takes, and what it counts."""

from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from ringback.events import Entity, Notice, Tally

LineKey = tuple[str, str, Entity]
Outcome = Literal["new", "updated", "skipped", "failed"]

_TALLIED = (
    *("seen", "new", "updated", "skipped", "failed", "removed", "restored", "kept", "closed"),
    *("failures", "warned", "warnings"),
)

MOST_WARNINGS = 100
#: More rows than this refused by the database or a bug, and the sender fails the import.
MOST_FAILURES = 1_000


class Verdict(msgspec.Struct, frozen=True):
    """What became of one row: its outcome, and what a person should be told of it."""

    outcome: Outcome
    warnings: tuple[Notice, ...] = ()


NEW = Verdict("new")
UPDATED = Verdict("updated")
SKIPPED = Verdict("skipped")
FAILED = Verdict("failed")


class Undone(NamedTuple):
    """What became of the records that a command of an undo met: each is one of the three."""

    removed: int = 0
    restored: int = 0
    kept: int = 0


class Line(msgspec.Struct, kw_only=True):
    """One (import, entity): seen = new + updated + skipped + failed, moved only together with the rows.

    An undo's `seen` are commands, and what they met is counted beside.
    """

    tenant: str
    import_id: str
    entity: Entity
    dry_run: bool
    seen: int = 0
    new: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    undo: bool = False
    removed: int = 0
    restored: int = 0
    kept: int = 0
    closed: bool = False
    swept: bool = False
    entities: list[Entity] = []
    failures: list[Notice] = []
    warned: int = 0
    warnings: list[Notice] = []

    @property
    def key(self) -> LineKey:
        """By which it is found."""
        return (self.tenant, self.import_id, self.entity)

    def take(self, sequence: int | None) -> bool:
        """Takes the next one only: behind is a repeat, ahead is a gap, and a closed line takes nothing."""
        if self.closed or sequence != self.seen + 1:
            return False
        self.seen += 1
        return True

    def count(self, verdict: Verdict) -> None:
        """What became of a row that was taken; before the commit every one has been counted."""
        setattr(self, verdict.outcome, getattr(self, verdict.outcome) + 1)
        self.warned += len(verdict.warnings)
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.extend(verdict.warnings)

    def count_undone(self, undone: Undone) -> None:
        """What became of a command that was taken."""
        self.undo = True
        self.removed += undone.removed
        self.restored += undone.restored
        self.kept += undone.kept

    def fail(self, notice: Notice) -> None:
        """Counts a taken row that could not be written."""
        self.count(FAILED)
        if len(self.failures) <= MOST_FAILURES:
            self.failures.append(notice)

    def close(self, sequence: int | None, entities: list[Entity]) -> bool:
        """Closes behind the last row, or wherever the line stands when the close carries no sequence."""
        if self.closed or (sequence is not None and sequence != self.seen + 1):
            return False
        self.closed = True
        self.entities = entities
        return True

    def tally(self, at: datetime) -> Tally:
        """What is announced of it."""
        shared = {name: getattr(self, name) for name in _TALLIED}
        return Tally(import_id=self.import_id, entity=self.entity, dry_run=self.dry_run, at=at, **shared)
