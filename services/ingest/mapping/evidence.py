"""What one column may be, by what stands over it and what stands in it."""

from collections.abc import Sequence

import msgspec

from ringback.events import Entity
from services.ingest.mapping import headers, looks
from services.ingest.mapping.headers import OWN_NAME, Claim
from services.ingest.mapping.looks import Look

#: Letters alike and values alike say a field together; each alone asks.
_BOTH, _VALUES, _CONTRADICTED = 93, 80, 50

_SAYS_ITSELF = frozenset({"e-mail addresses", "phone numbers"})
_NEVER_THOSE = frozenset({"phone", "phone_2", "email", "first_name", "last_name", "name"})


class Evidence(msgspec.Struct, frozen=True):
    """`claims` are the fields it may have, the likeliest first; `extra`: known to be another product's own."""

    claims: tuple[Claim, ...]
    extra: bool = False
    better: bool = False


def evidence(entity: Entity, header: str, values: Sequence[str], region: str, *, nearly: bool) -> Evidence:
    """`values` are the column's that are not blank. `nearly` looks for slips of the pen too, which takes time."""
    look = looks.look(entity, values, region)
    named = headers.claims(entity, header)
    good = tuple(claim for claim in named if not _contradicts(entity, claim, look, values, region))
    if good:
        return Evidence(good, better=headers.is_better(entity, good[0].field, header))
    if headers.is_extra(entity, header):
        return Evidence((), extra=True)
    doubted = tuple(_doubted(claim, look) for claim in named)
    guessed = _guessed(look, headers.nearest(entity, header) if nearly and not named else None)
    return Evidence(guessed or doubted)


def _guessed(look: Look | None, near: Claim | None) -> tuple[Claim, ...]:
    fields = look.fields if look is not None and look.values >= looks.FEWEST else ()
    if near is not None and (near.field in fields or not fields):
        if near.field in fields and look is not None:
            near = near._replace(confidence=_BOTH, reason=f"{near.reason}, and its values are {look.name}")
        return (near,)
    said = "" if look is None else f"{round(look.share * look.values)} of {look.values} values are {look.name}"
    return tuple(Claim(field, _VALUES, said) for field in fields)


def _doubted(claim: Claim, look: Look | None) -> Claim:
    values = "its values are no such thing" if look is None else f"its values are {look.name}"
    return claim._replace(confidence=_CONTRADICTED, reason=f"{claim.reason}, but {values}")


def _contradicts(entity: Entity, claim: Claim, look: Look | None, values: Sequence[str], region: str) -> bool:
    """A field's own name is believed, unless nearly all values are plainly something else."""
    if claim.confidence == OWN_NAME:
        told = look is not None and look.name in _SAYS_ITSELF and claim.field in _NEVER_THOSE
        return told and look is not None and claim.field not in look.fields
    return not looks.could_be(entity, claim.field, values, region)
