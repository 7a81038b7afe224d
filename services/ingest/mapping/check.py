"""Whether a mapping can be imported by: what is wrong with it, in sentences that say how to mend it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import OSA

from ringback.events import Entity
from services.ingest.parse.columns import CANONICAL, CUSTOM, is_field, is_name
from services.ingest.parse.frame import Mapping

#: Of each alternative one field at least must be there, or every row would fail (rules §3).
_NEEDED: dict[Entity, tuple[tuple[str, ...], ...]] = {
    "contacts": (("phone", "email"),),
    "conversations": (("external_conversation_id", "contact_phone"), ("external_conversation_id", "our_number")),
    "messages": (("from",), ("to",), ("sent_at",), ("direction",)),
    "calls": (("from",), ("to",), ("started_at",), ("direction",)),
}
_LONGEST_NAME = 1_000
#: The share of letters that a field's name has in common with what was meant for it.
_ALIKE = 0.59


class Fault(msgspec.Struct, frozen=True):
    """`column` is a place in the header, from 0; None where one is missing."""

    column: int | None
    code: str
    detail: str


def faults(entity: Entity, header: Sequence[str], mapping: Mapping, given: Collection[str] = ()) -> list[Fault]:
    """None where all is well. `given` are fields that rows have without a column: by a default, by own numbers."""
    if len(mapping) != len(header):
        return [Fault(None, "other_columns", f"There are {len(header)} columns, and {len(mapping)} were mapped.")]
    wrong = chain(_unusable(entity, header, mapping), _doubled(header, mapping))
    return [*wrong, *(_missing(each) for each in missing(entity, mapping, given))]


def missing(entity: Entity, mapping: Iterable[str | None], given: Collection[str] = ()) -> list[tuple[str, ...]]:
    """Alternatives of which no column has one."""
    there = {*mapping, *given}
    return [fields for fields in _NEEDED[entity] if there.isdisjoint(fields)]


def _unusable(entity: Entity, header: Sequence[str], mapping: Mapping) -> Iterator[Fault]:
    for at, target in enumerate(mapping):
        if target is None:
            continue
        name = target.removeprefix(CUSTOM)
        if name is target:
            if not is_field(entity, target):
                why = f"{entity} have no field {target!r}{_near(entity, target)}"
                mend = f"write custom:{target} to keep it as a custom field."
                yield Fault(at, "unknown_field", f"{header[at].strip()!r}: {why}: {mend}")
        elif not is_name(name) or name != name.strip() or len(name) > _LONGEST_NAME:
            yield Fault(at, "bad_custom_field", f"{header[at].strip()!r}: {name!r} cannot be a custom field's name.")


def _near(entity: Entity, target: str) -> str:
    found = process.extract(target.casefold(), CANONICAL[entity], scorer=OSA.normalized_similarity, score_cutoff=_ALIKE)
    near = [name for name, _, _ in found[:3]]
    return f", but {' and '.join(near)}" if near else ""


def _doubled(header: Sequence[str], mapping: Mapping) -> Iterator[Fault]:
    first = dict[str, int]()
    for at, target in enumerate(mapping):
        if target is None or first.setdefault(target, at) == at:
            continue
        both = f"{header[first[target]].strip()!r} and {header[at].strip()!r}"
        yield Fault(at, "double_target", f"{both} are both mapped to {target}: only one of them can be it.")


def _missing(fields: tuple[str, ...]) -> Fault:
    return Fault(None, "missing_field", f"No column is {' or '.join(fields)}, without which no row can be imported.")
