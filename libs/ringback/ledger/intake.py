"""What of a batch the ledger takes, sorted by where it is to be folded. Pure."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from ringback.events import Entity, Envelope, ImportClosed, ImportUndo, ImportUndone, Notice, RowRejected
from ringback.events.codec import Header
from ringback.ledger.line import FAILED, Line, LineKey

#: Characters: 1,000 of them, written with the line and told with each tally, stay under a record's 1 MiB.
LONGEST_REASON = 200


class Received(NamedTuple):
    """An event as it came. Of an import's row that could not be read or written, `refused` says why."""

    entity: Entity
    event: Envelope | Header
    refused: str | None = None

    @property
    def line_key(self) -> LineKey | None:
        """The ledger line it moves; None for a live event."""
        if self.event.importid is None:
            return None
        return (self.event.tenant, self.event.importid, self.entity)


class Scope(NamedTuple):
    """Where events are folded: the real tables (`REAL`), or the shadow that one dry run has over them."""

    tenant: str | None = None
    import_id: str | None = None


REAL = Scope()


class Taken(NamedTuple):
    """A `*.recorded` event to fold, and the line that counts it (None for a live one)."""

    entity: Entity
    event: Any
    line: Line | None


class Undo(NamedTuple):
    """A command to take an import out of some records, and the line that counts it."""

    command: ImportUndo
    line: Line


Folds = dict[Scope, list[Taken]]


class Intake:
    """The lines as the database has them, and what they take of a batch."""

    def __init__(self, lines: dict[LineKey, Line]) -> None:
        self._lines = lines
        self.moved: dict[LineKey, Line] = {}
        #: In the order in which they came, but rows between two commands by where they are folded.
        self.steps: list[Folds | Undo] = []

    @property
    def lines(self) -> Iterable[Line]:
        """All that the batch spoke of, moved or not: each is announced."""
        return self._lines.values()

    def take(self, batch: Iterable[Received]) -> "Intake":
        """Goes through the batch in order; rows that came failed are counted here, the others after their fold."""
        for received in batch:
            key = received.line_key
            if key is None:
                self._fold(REAL, Taken(received.entity, received.event, None))
            elif self._take_of_import(received, self._line(key, received.event.dryrun)):
                self.moved[key] = self._lines[key]
        return self

    def _line(self, key: LineKey, dry_run: bool) -> Line:
        line = self._lines.get(key)
        if line is None:
            tenant, import_id, entity = key
            line = self._lines[key] = Line(tenant=tenant, import_id=import_id, entity=entity, dry_run=dry_run)
        return line

    def _take_of_import(self, received: Received, line: Line) -> bool:
        event = received.event
        # Not isinstance: a struct's class is an abstract base class, whose check costs more than the rest of this.
        if type(event) is ImportClosed:
            return line.close(event.sequence, event.data.entities)
        if not line.take(event.sequence):
            return False
        if type(event) is RowRejected:
            line.count(FAILED)
        elif received.refused is not None:
            line.fail(Notice(sequence=line.seen, code="unreadable", message=_short(received.refused)))
        elif type(event) is ImportUndone:
            self.steps.append(Undo(event.data, line))
        else:
            scope = Scope(line.tenant, line.import_id) if line.dry_run else REAL
            self._fold(scope, Taken(received.entity, received.event, line))
        return True

    def _fold(self, scope: Scope, taken: Taken) -> None:
        if not self.steps or isinstance(self.steps[-1], Undo):
            self.steps.append({})
        folds = self.steps[-1]
        assert isinstance(folds, dict)
        folds.setdefault(scope, []).append(taken)


def _short(reason: str) -> str:
    """A decoder's reason may quote the whole of a value; the end says where it stood."""
    return reason if len(reason) <= LONGEST_REASON else f"{reason[:100]} … {reason[-80:]}"
