"""An import taken out of records (rules §7): what is left of their contributions, and what they are by them. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from ringback.fold.contribution import Stored
from ringback.fold.identity import KeyedRecord, Telling
from ringback.fold.record import Offer, Record
from ringback.ledger.line import Undone

R = TypeVar("R", bound=Record)
K = TypeVar("K", bound=KeyedRecord)

#: What a record has for itself, and how it is found: no field that a contribution could change back.
_ASIDE = frozenset(
    {
        *("id", "source", "external_id", "import_id", "sequence", "source_time", "field_times"),
        *("created_at", "updated_at", "stage", "externals", "further"),
        *("external_key", "natural_key", "key_orders", "further_keys", "kept"),
    }
)
#: Sets of texts, to which an import may have added a tag of its own: that one is no change (rules §6).
_OWN = "tags"


class Left(NamedTuple, Generic[R]):
    """A record without an import: `again` is it, folded anew of `kept`, and None where nothing is left of it."""

    record: R
    gone: list[Stored]
    kept: list[Stored]
    again: R | None

    @property
    def restored(self) -> bool:
        """Whether a field changed back."""
        own = {tag for each in self.gone for tag in getattr(each.said, "import_tags", ())}
        return self.again is not None and _shown(self.record, own) != _shown(self.again, own)


Refold = Callable[[R, Sequence[Stored], datetime], R]


def without(
    import_id: str, records: Iterable[tuple[R, Sequence[Stored]]], refold: Refold[R], now: datetime
) -> list[Left[R]]:
    """The records, each with all its contributions in order of arrival, as they are without the import's."""
    left = []
    for record, contributions in records:
        gone = [each for each in contributions if _is(each, import_id)]
        kept = [each for each in contributions if not _is(each, import_id)]
        left.append(Left(record, gone, kept, refold(record, kept, now) if kept else None))
    return left


def count(left: Iterable[Left[Any]]) -> Undone:
    """Each record is one of the three."""
    removed = restored = kept = 0
    for each in left:
        if each.again is None:
            removed += 1
        elif each.restored:
            restored += 1
        else:
            kept += 1
    return Undone(removed, restored, kept)


class Kind(NamedTuple, Generic[K]):
    """How events of one kind of keyed records are told apart and folded."""

    event: Callable[..., Any]
    tell: Callable[[Any], Telling]
    begin: Callable[[Telling, datetime], K]
    contribute: Callable[[K, Any, Offer, bool], bool]

    def refold(self, record: K, kept: Sequence[Stored], now: datetime) -> K:
        """The record as those contributions make it: its id and the time of its making stay."""
        again: K | None = None
        for each in kept:
            told = self.tell(event_of(self.event, record.tenant_id, each))
            if again is None:
                again = self.begin(told, now)
                again.id, again.created_at, again.stage = record.id, record.created_at, "changed"
                order: float | None = record.id
            else:
                again.claim(each.said.source, each.said.external_id)
                order = each.arrival
            key = told.natural_key
            if key is not None and order is not None and key not in again.key_orders:
                again.key_orders[key] = order
                if key != again.natural_key:
                    again.further_keys.append(key)
            if each is not kept[0]:
                self.contribute(again, each.said, Offer(each.policy or "update", each.source_time, now), each.by_key)
        assert again is not None, "nothing is left to fold"
        return again


def event_of(kind: Callable[..., Any], tenant: str, each: Stored) -> Any:
    """The event as it came, as far as it is kept."""
    return kind(
        specversion="1.0",
        id="",
        source="/undo",
        tenant=tenant,
        partitionkey=tenant,
        time=each.source_time,
        importid=each.import_id,
        sequence=each.sequence,
        onduplicate=each.policy or "update",
        data=each.said,
    )


def _is(each: Stored, import_id: str) -> bool:
    return each.import_id is not None and str(each.import_id) == import_id


def _shown(record: Record, own: set[str]) -> dict[str, Any]:
    values = {name: value for name, value in msgspec.structs.asdict(record).items() if name not in _ASIDE}
    values["custom"] = values["custom"] or {}
    if own and _OWN in values:
        values[_OWN] = [tag for tag in values[_OWN] if tag not in own]
    return values
