"""Which column of a file is which of ours, and what the others are called as custom fields (rules §2)."""

import re
import unicodedata
from collections.abc import Container, Sequence
from typing import NamedTuple

from ringback.events import Entity
from services.ingest.parse.frame import Mapping
from services.ingest.parse.problems import Warning, warning
from services.ingest.parse.synonyms import SYNONYMS

#: In the order of the rules' table, which is the order in which a row is checked.
CANONICAL: dict[Entity, tuple[str, ...]] = {entity: tuple(names) for entity, names in SYNONYMS.items()}

LONGEST_BODY = 65_536
LONGEST_TRANSCRIPT = 131_072
LONGEST_LIST = LONGEST_CUSTOM = 32_768
LONGEST_ID = 500
LONGEST_CELL = 1_000

#: Before the name of a custom field, in a mapping and in the headers of our own exports.
CUSTOM = "custom:"

#: A contact's further lists, as our own exports write them, in a table: an archive's are custom fields (rules §2).
_FURTHER_LIST = re.compile(r"list_(?:[2-9]|[1-9][0-9]{1,3})")

_LISTS: dict[Entity, frozenset[str]] = {
    "contacts": frozenset({"tags"}),
    "conversations": frozenset({"contact_phone"}),
    "messages": frozenset({"to", "media_urls"}),
    "calls": frozenset(),
}
_LONG_TEXTS = {"body": LONGEST_BODY, "transcript": LONGEST_TRANSCRIPT, "summary": LONGEST_TRANSCRIPT}


class Columns(NamedTuple):
    """A file's columns. `known`: canonical name → position; `custom`: (field, position); `header`: as in the file.

    `limits` has the most characters of a cell by position. `mapped` are a table's, whose cells may be as other products
    write them; an archive's are read by the rules' letter.
    """

    header: tuple[str, ...]
    known: dict[str, int]
    custom: tuple[tuple[str, int], ...]
    limits: tuple[int, ...]
    warnings: tuple[Warning, ...]
    mapped: bool

    def at(self, name: str) -> int:
        """The position of a canonical column; of an absent one that behind the last, where rows have an empty cell."""
        return self.known.get(name, len(self.header))

    def called(self, name: str | None) -> str | None:
        """What the file calls a canonical column, so that an error names what people see."""
        return self.shown(self.known[name]) if name in self.known else name

    def shown(self, position: int) -> str:
        """What errors call a position: its header, or the custom field where two have the same."""
        field = next((name for name, at in self.custom if at == position), None)
        return field or self.header[position].strip()


def fold(header: str) -> str:
    """Column names match without case, spaces, `_` and `-`."""
    text = unicodedata.normalize("NFC", header).casefold()
    return "".join(each for each in text if each not in "_-" and not each.isspace())


def columns(entity: Entity, header: Sequence[str], mapping: Mapping | None = None) -> Columns:
    """Reads a header, by the rules' letter or as somebody has mapped it: a table's mapping is as long as its header.

    Of two that fold to one column the first has it (decision 1, Cells).
    """
    known: dict[str, int] = {}
    custom: dict[str, int] = {}
    warnings: list[Warning] = []
    counts: dict[str, int] = {}
    if mapping is not None:
        _map(mapping, known, custom, counts)
    for position, written in enumerate(header if mapping is None else ()):
        name = _CANONICAL_OF[entity].get(fold(written))
        if name is not None and name not in known:
            known[name] = position
            continue
        field = custom_field(written, position, custom, counts)
        custom[field] = position
        if not is_name(written):
            warnings.append(warning("unnamed_header", None, field))
        elif name is not None or field != written.strip():
            warnings.append(warning("duplicate_header", written.strip(), field))
    limits = _limits(entity, len(header), known)
    return Columns(tuple(header), known, tuple(custom.items()), limits, tuple(warnings), mapping is not None)


def is_field(entity: Entity, name: str) -> bool:
    """Whether a table's column may be mapped to it."""
    return name in CANONICAL[entity] or (entity == "contacts" and _FURTHER_LIST.fullmatch(name) is not None)


def as_written(entity: Entity, header: Sequence[str]) -> Mapping:
    """The rules' letter as a mapping, but that `custom:X` is the custom field X, as our own exports write it.

    So they do `list_2`.
    """
    read = columns(entity, header)
    named = {position: name for name, position in read.known.items()}
    for field, position in read.custom:
        named[position] = field if is_field(entity, field) else CUSTOM + field.removeprefix(CUSTOM)
    return tuple(named[position] for position in range(len(header)))


def _map(mapping: Mapping, known: dict[str, int], custom: dict[str, int], counts: dict[str, int]) -> None:
    """What nobody mapped is in neither."""
    for position, name in enumerate(mapping):
        if name is None:
            continue
        if name.startswith(CUSTOM):
            custom[custom_field(name.removeprefix(CUSTOM), position, custom, counts)] = position
        else:
            known.setdefault(name, position)


def custom_field(written: str, position: int, taken: Container[str], counts: dict[str, int]) -> str:
    """The header, `column N` for a blank one, and with ` (2)`, ` (3)` … behind it where it is taken.

    `counts` has the last number of each: counted from 2 every time, 8,000 equal headers took 22 s.
    """
    plain = written.strip() if is_name(written) else f"column {position + 1}"
    field = plain
    while field in taken:
        counts[plain] = counts.get(plain, 1) + 1
        field = f"{plain} ({counts[plain]})"
    return field


def is_name(written: str) -> bool:
    """A header with U+0000 or half of a surrogate pair would make every event of the file unreadable."""
    if not written.strip() or "\0" in written:
        return False
    return not any("\ud800" <= each <= "\udfff" for each in written)


def _limits(entity: Entity, width: int, known: dict[str, int]) -> tuple[int, ...]:
    limits = [LONGEST_CUSTOM] * width
    for name, position in known.items():
        limits[position] = limit(entity, name)
    return tuple(limits)


def limit(entity: Entity, name: str) -> int:
    """The most characters of a canonical column's cell."""
    if name in _LISTS[entity]:
        return LONGEST_LIST
    if name.startswith("external_"):
        return LONGEST_ID
    return _LONG_TEXTS.get(name, LONGEST_CELL)


def _index(names: dict[str, str]) -> dict[str, str]:
    """Folded header → canonical name; a canonical name goes before any synonym."""
    synonyms = {fold(each): name for name, words in names.items() for each in words.split()}
    return synonyms | {fold(name): name for name in names}


_CANONICAL_OF = {entity: _index(names) for entity, names in SYNONYMS.items()}
