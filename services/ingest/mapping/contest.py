"""Which of several columns gets a field: one at most, and every column one field at most."""

from collections.abc import Iterator, Sequence

import msgspec

from services.ingest.mapping.addresses import KINDS, PARTS
from services.ingest.mapping.headers import OWN_NAME, Claim

#: From here on a suggestion is accepted without asking anybody.
CERTAIN = 90
#: Ranks behind all names of the field itself.
_BEHIND = 10_000


class Contender(msgspec.Struct, frozen=True):
    """A column and the fields it may have, the likeliest first; `fill` is how many of the rows have a value in it."""

    at: int
    claims: tuple[Claim, ...]
    fill: int
    better: bool = False


class Contest:
    """Of one table. A column that is filled less than half as often as a rival for the same gives way to it."""

    def __init__(self, contenders: Sequence[Contender]) -> None:
        self._contenders = {each.at: each for each in map(_with_both_phones, contenders)}
        self._fullest = dict[str, int]()
        for it in self._contenders.values():
            for pool in {pool for claim in it.claims if claim.confidence >= CERTAIN for pool in _pools(claim)}:
                self._fullest[pool] = max(self._fullest.get(pool, 0), it.fill)

    def held(self) -> dict[int, Claim]:
        """Claim by column: each asks for its fields in turn, and a field keeps the strongest that has asked."""
        asks = {at: iter(it.claims) for at, it in self._contenders.items()}
        holders = dict[str, tuple[int, Claim]]()
        waiting = list(asks)
        while waiting:
            at = waiting.pop()
            claim = next(asks[at], None)
            if claim is None:
                continue
            asked, holder = (at, claim), holders.get(claim.field)
            if holder is None or self._strength(*asked) > self._strength(*holder):
                holders[claim.field], asked = asked, holder or asked
            if holder is not None:
                waiting.append(asked[0])
        return dict(holders.values())

    def _strength(self, at: int, claim: Claim) -> tuple[object, ...]:
        it = self._contenders[at]
        certain = claim.confidence >= CERTAIN
        kind = -KINDS.index(claim.kind or "") if claim.field in PARTS else 0
        return certain, self._is_full(it, claim), kind, it.better, claim.confidence, -claim.rank, -at

    def _is_full(self, it: Contender, claim: Claim) -> bool:
        """An address is taken or left as a whole: what counts is the fullest column of its kind."""
        if claim.field in PARTS:
            best = max((self._fullest.get(f"address {kind}", 0) for kind in KINDS), default=0)
            return self._fullest.get(f"address {claim.kind}", 0) * 2 >= best
        return it.fill * 2 >= self._fullest.get(claim.field, 0)


def _pools(claim: Claim) -> Iterator[str]:
    yield claim.field
    if claim.field in PARTS:
        yield f"address {claim.kind}"


def _with_both_phones(it: Contender) -> Contender:
    """Any phone may be the first or the second one, but for a column that is called just `phone_2`."""
    mine = next((claim for claim in it.claims if claim.field in ("phone", "phone_2")), None)
    if mine is None or (mine.field == "phone_2" and mine.confidence == OWN_NAME):
        return it
    first = mine if mine.field == "phone" else mine._replace(field="phone", rank=mine.rank + _BEHIND)
    second = mine._replace(field="phone_2", rank=mine.rank if mine.field == "phone_2" else mine.rank - _BEHIND)
    others = tuple(claim for claim in it.claims if claim.field not in ("phone", "phone_2"))
    return msgspec.structs.replace(it, claims=(first, second, *others))
