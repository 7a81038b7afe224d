"""What is kept of a record's contributions (rules §7): nothing besides the record until a second one comes. Pure."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any, Literal

import msgspec

from ringback.events import Policy
from ringback.fold.record import Record
from ringback.ledger.line import Outcome

#: A row of an import, a live event, or an edit by a person.
Kind = Literal["row", "live", "edit"]


class Stored(msgspec.Struct, kw_only=True, eq=False):
    """A contribution as it is kept. `said` is the whole row as admitted, its external id in it; `arrival` its number.

    `policy` is None for the first, which met nothing that it could have decided about. `by_key`: it found the record by
    its natural key, and so never changes that (rules §4). `likeness` is what a repeat of a live event is known by.
    """

    kind: Kind
    said: Any
    outcome: Outcome = "skipped"
    import_id: Any = None
    sequence: int | None = None
    policy: Policy | None = None
    source_time: datetime | None = None
    by_key: bool = False
    likeness: bytes | None = None
    arrival: int | None = None


class Contribution(Stored, kw_only=True, eq=False):
    """One of several to a record. `new_key` is a natural key that this one brought; the rest is of this batch alone."""

    record: Record
    new_key: bytes | None = None
    repeats: bool = False
    brought_first: bool = False


class Told(msgspec.Struct, eq=False):
    """Of a record with several contributions: the likenesses of those that a batch may repeat."""

    likenesses: set[bytes] = msgspec.field(default_factory=set)


class History:
    """What a batch adds to the contributions of one kind of record, whose events carry a `row`.

    Whoever folds says `made` of a new record, `join` or `edited` of every further contribution, before its values are
    offered, and `settle` behind that.
    """

    def __init__(self, row: type[msgspec.Struct]) -> None:
        self._row = row
        self._told: dict[int, Told] = {}
        #: In this order they get their numbers, so that the lower is the earlier, of whatever record.
        self.arrivals: list[Record | Contribution] = []
        self._firsts: list[Contribution] = []

    def know(self, record: Record, told: Told) -> None:
        """A stored record whose contributions are kept already."""
        self._told[id(record)] = told

    def made(self, record: Record) -> None:
        """Its first contribution is the record itself."""
        self.arrivals.append(record)

    def join(self, record: Record, event: Any, admitted: Any, *, by_key: bool = False) -> Contribution:
        """A further contribution, and with the second the first."""
        live = event.importid is None
        joined = Contribution(
            record=record,
            kind="live" if live else "row",
            said=admitted,
            import_id=event.importid,
            sequence=event.sequence,
            policy=event.onduplicate,
            source_time=event.time,
            by_key=by_key,
            likeness=likeness(event) if live else None,
        )
        joined.repeats = live and self._has(joined)
        return self._join(joined)

    def edited(self, record: Record, edit: Any, at: datetime) -> Contribution:
        """As `join`, of an edit by a person."""
        return self._join(Contribution(record=record, kind="edit", said=edit, source_time=at))

    def settle(self, joined: Contribution, changed: bool, claims: bool = False) -> bool:
        """Whether it changed a field, once that is known. A repeat that did not, nor claims a key, has not come."""
        if joined.repeats and not (changed or claims):
            self.arrivals.pop()
            if joined.brought_first:
                self._firsts.pop()
                del self._told[id(joined.record)]
        joined.outcome = "updated" if changed else "skipped"
        return changed

    def _has(self, joined: Contribution) -> bool:
        """Whether a live event says, word for word, what a contribution of the record said."""
        record, told = joined.record, self._told.get(id(joined.record))
        if told is not None:
            return joined.likeness in told.likenesses
        alone = record.import_id is None and record.source_time == joined.source_time
        return alone and said(record, self._row) == joined.said

    def _join(self, joined: Contribution) -> Contribution:
        told = self._told.get(id(joined.record))
        if told is None:
            joined.brought_first = True
            told = self._told[id(joined.record)] = Told()
            self._keep(told, first_of(joined.record, self._row), self._firsts)
        self._keep(told, joined, self.arrivals)
        return joined

    @staticmethod
    def _keep(told: Told, contribution: Contribution, where: list[Any]) -> None:
        where.append(contribution)
        if contribution.likeness is not None:
            told.likenesses.add(contribution.likeness)

    def number(self, numbers: Iterable[int]) -> None:
        """Gives each arrival its number: a new record its id, which is its first contribution's number as well."""
        for each, number in zip(self.arrivals, numbers, strict=True):
            if type(each) is Contribution:
                each.arrival = number
            else:
                each.id = number  # type: ignore[union-attr]
        for first in self._firsts:
            first.arrival = first.record.id

    @property
    def kept(self) -> list[Contribution]:
        """All that is to be written."""
        return [*self._firsts, *self.joined]

    @property
    def joined(self) -> list[Contribution]:
        """Without the first ones."""
        return [each for each in self.arrivals if type(each) is Contribution]


def said(record: Record, row: type[msgspec.Struct]) -> Any:
    """What the only contribution of a record said. An import's own tags stand among the tags."""
    shown = ((name, getattr(record, name, None)) for name in row.__struct_fields__)
    return row(**{name: value for name, value in shown if value is not None})


def likeness(event: Any) -> bytes:
    """Equal for live events that say the same."""
    return _likeness(event.tenant, event.time, event.onduplicate, event.data)


def _likeness(tenant: str, time: datetime | None, policy: Policy, row: msgspec.Struct) -> bytes:
    """Of values with a time the policy decides nothing (rules §5)."""
    when = policy if time is None else str(time.timestamp())
    words = msgspec.json.encode(row, order="deterministic")
    return blake2b("\x1f".join((tenant, type(row).__name__, when, "")).encode() + words, digest_size=16).digest()


def first_of(record: Record, row: type[msgspec.Struct]) -> Contribution:
    """The one that a record carries inline; its number is the record's own."""
    live = record.import_id is None
    words = said(record, row)
    return Contribution(
        record=record,
        kind="live" if live else "row",
        said=words,
        outcome="new",
        import_id=record.import_id,
        sequence=record.sequence,
        source_time=record.source_time,
        arrival=record.id,
        # Its policy is not known: one that was not `update` is then not known again, and contributes once more.
        likeness=_likeness(record.tenant_id, record.source_time, "update", words) if live else None,
    )
