"""What a header says by itself: a field's name, a name that others have for it, or another product's own extra."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ringback.events import Entity
from services.ingest.mapping import addresses, extras
from services.ingest.mapping.languages import FAMILY_BESIDE, LANGUAGES
from services.ingest.mapping.names import BETTER, NAMES
from services.ingest.parse.columns import CANONICAL, fold, is_field
from services.ingest.parse.synonyms import SYNONYMS

#: How sure each way of knowing a header is; `suggest.CERTAIN` and above is accepted without asking.
OWN_NAME, SYNONYM, KNOWN, KNOWN_BY_ITS_LETTERS, EXTRA = 100, 98, 96, 93, 92

#: The share of letters that must be alike ("emial" and "email" are four fifths) in names that are long enough to tell.
_ALIKE, _ALIKE_AT_MOST, _FEWEST_LETTERS = 0.79, 89, 5

#: `Person - Email`, `contact.phone`: the record is named before the field.
_RECORD = re.compile(
    r"^(?:primary )?(?:person|people|contact|lead|customer|client|member|kontakt|properties)\s*[-–:./]\s*(?=\S)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*[(\[（][^)\]）]*[)\]）]\s*$")


class Claim(NamedTuple):
    """A field that a column may have. The lower `rank` is the better name for it; `kind` is an address's."""

    field: str
    confidence: int
    reason: str
    rank: int = 0
    kind: str | None = None


def plain(header: str) -> str:
    """Letters and digits alone, without accents and case: `E-Mail (privé)` is `emailprive`."""
    text = unicodedata.normalize("NFKD", header).casefold()
    return "".join(each for each in text if each.isalnum())


def claims(entity: Entity, header: str) -> list[Claim]:
    """The fields that a header may name, the surest first; none for one that nobody knows."""
    found = dict[str, Claim]()
    for claim in _claims(entity, header):
        found.setdefault(claim.field, claim)
    return sorted(found.values(), key=lambda claim: (-claim.confidence, claim.rank))


def is_extra(entity: Entity, header: str) -> bool:
    """Whether it is a column of another product that is known to be none of our fields."""
    known = _index(entity).extras
    return any(each in known or extras.is_family(each, entity) for each in (plain(header), plain(_bare(header))))


def nearest(entity: Entity, header: str) -> Claim | None:
    """The known name that is nearly written so: one with a slip of the pen in it."""
    written = plain(header)
    if len(written) < _FEWEST_LETTERS:
        return None
    known = _index(entity).known
    found = process.extractOne(written, known.keys(), scorer=OSA.normalized_similarity, score_cutoff=_ALIKE)
    if found is None:
        return None
    name, alike, _ = found
    return known[name][0]._replace(
        confidence=min(round(alike * 100), _ALIKE_AT_MOST), reason=f"it is nearly written like {name}", rank=0
    )


def family_name(header: Sequence[str]) -> int | None:
    """Which column is the family's name where it is called just a name, beside a first name of the same language."""
    at = {plain(each): place for place, each in enumerate(header)}
    return next((at[name] for first, name in FAMILY_BESIDE.items() if first in at and name in at), None)


def is_better(entity: Entity, field: str, header: str) -> bool:
    """Whether a header says the field better than the field's own name does."""
    return plain(header) in BETTER[entity].get(field, ())


class _Index(NamedTuple):
    """By folded header, and by plain one."""

    own: Mapping[str, str]
    synonyms: Mapping[str, Claim]
    known: Mapping[str, list[Claim]]
    extras: frozenset[str]


def _claims(entity: Entity, header: str) -> Iterator[Claim]:
    index, folded = _index(entity), fold(header)
    if folded not in index.own and is_field(entity, header.strip()):
        yield Claim(header.strip(), OWN_NAME, "exports write it so", -1)
    if folded in index.own:
        yield Claim(index.own[folded], OWN_NAME, "it is the field's own name", -1, "")
    if folded in index.synonyms:
        yield index.synonyms[folded]
    yield from index.known.get(plain(header), ())
    for shorter in (_bare(header), _ASIDE.sub("", header), _ASIDE.sub("", _bare(header))):
        if plain(shorter) != plain(header):
            for claim in index.known.get(plain(shorter), ()):
                yield claim._replace(confidence=KNOWN_BY_ITS_LETTERS)


def _bare(header: str) -> str:
    return _RECORD.sub("", header.strip())


@cache
def _index(entity: Entity) -> _Index:
    own = {fold(name): name for name in CANONICAL[entity]}
    synonyms = dict[str, Claim]()
    known = dict[str, list[Claim]]()
    for field in CANONICAL[entity]:
        better = BETTER[entity].get(field, ())
        for rank, word in enumerate(_words(entity, field)):
            kind = "" if field in addresses.PARTS else None
            claim = Claim(field, KNOWN, f"{field} is often called so", -2 if word in better else rank, kind)
            if word in SYNONYMS[entity][field].split():
                synonyms[word] = claim._replace(confidence=SYNONYM)
            known.setdefault(plain(word), []).append(claim)
    if entity == "contacts":
        for rank, (word, field, kind) in enumerate(addresses.names()):
            known.setdefault(plain(word), []).append(Claim(field, KNOWN, f"{field} is often called so", rank, kind))
    return _Index(own, synonyms, known, frozenset(map(plain, extras.names(entity))))


def _words(entity: Entity, field: str) -> list[str]:
    """All names of a field, its own first."""
    translated = LANGUAGES.get(field, "") if entity == "contacts" else ""
    return [field, *SYNONYMS[entity][field].split(), *NAMES[entity].get(field, "").split(), *translated.split()]
