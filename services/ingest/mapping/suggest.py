"""What each column of a table most likely is, how sure that is, and why."""

from collections.abc import Iterable, Sequence

import msgspec

from ringback.events import Entity
from services.ingest.mapping import headers
from services.ingest.mapping.contest import CERTAIN, Contender, Contest
from services.ingest.mapping.evidence import Evidence, evidence
from services.ingest.mapping.extras import OURS
from services.ingest.mapping.headers import EXTRA, KNOWN, OWN_NAME, Claim, plain
from services.ingest.parse.columns import CANONICAL, CUSTOM, custom_field, is_field

#: Rows that are looked at, and characters of each cell.
LOOKED_AT, _CHARACTERS = 100, 200
#: Above so many columns, nobody looks for slips of the pen: 50,000 headers would take a minute.
_MANY = 500
_UNKNOWN = 50
#: A field that an export has among the custom ones, where it is kept.
_KEPT_AS_CUSTOM = frozenset({"board_number"})


class Suggestion(msgspec.Struct, frozen=True):
    """`target` is a canonical field, `custom:<name>`, or None: ignored. `reason` is for people."""

    target: str | None
    confidence: int
    reason: str

    @property
    def certain(self) -> bool:
        """Whether it is accepted without asking."""
        return self.confidence >= CERTAIN


#: The one kind of column that is left out without anybody's word.
PASSED_OVER = Suggestion(None, OWN_NAME, "exports have it, and every import decides it anew")


def suggest(entity: Entity, header: Sequence[str], rows: Sequence[Sequence[str]], region: str) -> list[Suggestion]:
    """One for each column, by its header and the values in `rows`; never two for one field."""
    nearly = len(header) <= _MANY
    values = [_values(rows, at) for at in range(len(header))]
    found = [evidence(entity, each, values[at], region, nearly=nearly) for at, each in enumerate(header)]
    if entity == "contacts":
        found = _with_family_name(header, found)
    said = _said(entity, header, found)
    contenders = [
        Contender(at, each.claims, len(values[at]), each.better) for at, each in enumerate(found) if at not in said
    ]
    held = Contest(contenders).held()
    custom = _Custom(header, {claim.field: header[at].strip() for at, claim in held.items()}, said.values())
    suggestions = []
    for at, it in enumerate(found):
        claim = held.get(at)
        if at in said:
            suggestions.append(said[at])
        elif claim is not None:
            suggestions.append(Suggestion(claim.field, claim.confidence, claim.reason))
        else:
            suggestions.append(custom.suggestion(at, it, filled=bool(values[at])))
    return suggestions


def _with_family_name(header: Sequence[str], found: list[Evidence]) -> list[Evidence]:
    at = headers.family_name(header)
    if at is None or any(claim.field == "last_name" for each in found for claim in each.claims):
        return found
    claim = Claim("last_name", KNOWN, "beside a first name it is the family's")
    return [*found[:at], Evidence((claim, *found[at].claims)), *found[at + 1 :]]


def _said(entity: Entity, header: Sequence[str], found: Sequence[Evidence]) -> dict[int, Suggestion]:
    """Columns whose header leaves nothing to find out."""
    said = dict[int, Suggestion]()
    taken = set[str]()
    named = {plain(each) for each in header}
    ours = is_ours(entity, header)
    for at, written in enumerate(map(str.strip, header)):
        target = _said_by(entity, written, ours=ours)
        if target is not None and target not in taken:
            taken.add(target)
            said[at] = Suggestion(target, OWN_NAME, "our own exports call it so")
        elif written in OURS and all(plain(claim.field) in named for claim in found[at].claims):
            said[at] = PASSED_OVER
    return said


def is_ours(entity: Entity, header: Sequence[str]) -> bool:
    """Whether it is the header of an export or a template of ours, which have all columns."""
    return set(CANONICAL[entity]) - _KEPT_AS_CUSTOM <= set(header)


def _said_by(entity: Entity, written: str, *, ours: bool) -> str | None:
    """An export or a template of ours has all columns, whose values say nothing else: a name may be a number there."""
    if written.startswith(CUSTOM):
        name = written.removeprefix(CUSTOM).strip()
        return CUSTOM + name if name else None
    return written if is_field(entity, written) and (ours or written not in CANONICAL[entity]) else None


class _Custom:
    """What becomes of the columns that got no field."""

    def __init__(self, header: Sequence[str], has: dict[str, str], said: Iterable[Suggestion]) -> None:
        """`has` is the header that got each field."""
        self._header, self._has = header, has
        self._taken = {each.target.removeprefix(CUSTOM) for each in said if each.target}
        self._counts = dict[str, int]()

    def suggestion(self, at: int, it: Evidence, *, filled: bool) -> Suggestion:
        name = custom_field(self._header[at], at, self._taken, self._counts)
        self._taken.add(name)
        return Suggestion(CUSTOM + name, *self._why(it, filled))

    def _why(self, it: Evidence, filled: bool) -> tuple[int, str]:
        if it.extra:
            return EXTRA, "other products write it, and it is none of the fields here"
        if it.claims and it.claims[0].confidence >= CERTAIN:
            lost = it.claims[0].field
            return EXTRA, f"{lost} is “{self._has[lost]}” already, so it is kept as a custom field"
        if not filled:
            return CERTAIN, "nothing stands in it in the first rows"
        return _UNKNOWN, "no field is called so, and its values do not say what it is"


def _values(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    """Of the first rows, those that are not blank."""
    cells = (row[at][:_CHARACTERS].strip() for row in rows[:LOOKED_AT] if at < len(row))
    return [each for each in cells if each]
