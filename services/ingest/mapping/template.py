"""A mapping that was saved: what a product's or a person's headers mean, whatever their order and case."""

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

import msgspec

from services.ingest.mapping.suggest import Suggestion
from services.ingest.parse.columns import CUSTOM, custom_field, fold

_SAID = 100


class Template(msgspec.Struct, frozen=True):
    """`targets` are aligned with `header`."""

    name: str
    header: list[str]
    targets: list[str | None]


def fingerprint(header: Sequence[str]) -> str:
    """The same for the same headers in any order and spelling that folds alike."""
    folded = sorted(map(fold, header))
    return sha256("\0".join(folded).encode("utf-8", "surrogatepass")).hexdigest()


def doubled(header: Sequence[str]) -> list[int]:
    """Places of headers that fold like one before them: a template could not tell which of them is meant."""
    folded = [fold(each) for each in header]
    return [at for at, each in enumerate(folded) if each in folded[:at]]


def applied(it: Template, header: Sequence[str], suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """What the template says of the columns that it knows, and of the others what was suggested, if that is free."""
    said = _said(it, header)
    taken = {target for target in said.values() if target is not None}
    free = {each.target for at, each in enumerate(suggestions) if at not in said and each.target}
    names, counts = {target.removeprefix(CUSTOM) for target in taken | free}, dict[str, int]()
    found = []
    for at, suggestion in enumerate(suggestions):
        if at in said:
            found.append(Suggestion(said[at], _SAID, f"the template “{it.name}” says so"))
        elif suggestion.target in taken:
            name = custom_field(header[at], at, names, counts)
            names.add(name)
            why = f"the template “{it.name}” has another column for {suggestion.target}"
            found.append(Suggestion(CUSTOM + name, 50, why))
        else:
            found.append(suggestion)
    return found


def _said(it: Template, header: Sequence[str]) -> dict[int, str | None]:
    """By place. Of two headers that fold alike the first is the template's first."""
    known = dict[tuple[str, int], str | None]()
    seen = Counter[str]()
    for written, target in zip(it.header, it.targets, strict=True):
        known[fold(written), seen[fold(written)]] = target
        seen[fold(written)] += 1
    seen.clear()
    said = dict[int, str | None]()
    for at, written in enumerate(header):
        key = fold(written), seen[fold(written)]
        seen[fold(written)] += 1
        if key in known:
            said[at] = known[key]
    return said
