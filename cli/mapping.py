"""What each column of a table is to be: what the server suggests, and what a person says over it. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from cli.trouble import Trouble

#: From here on the server takes its own word; below, somebody has to say it.
CERTAIN = 90
CUSTOM = "custom:"


class WrongWord(Trouble):
    """What a person said of a column cannot be: there is no such column, or no such field."""


class Column(msgspec.Struct, frozen=True):
    """`field` is one of ours, `custom:` and a name, or None: ignored. `confidence` is in percent."""

    header: str
    field: str | None = None
    confidence: int = 0
    reason: str = ""
    samples: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        return self.confidence >= CERTAIN


class Mapping(msgspec.Struct):
    """`GET /v1/imports/{id}/mapping`; `fields` are those that a column can be."""

    entity: str
    columns: list[Column]
    fields: list[str] = []


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a mapping; `column` is a place from 0, None where one is missing."""

    detail: str
    column: int | None = None


class Trial(msgspec.Struct, frozen=True):
    """`POST …/mapping/preview`; `missing` are alternatives of which one is needed still."""

    missing: list[list[str]] = []
    errors: list[Fault] = []

    @property
    def wrong(self) -> list[str]:
        """Of the columns that are mapped."""
        return [each.detail for each in self.errors if each.column is not None]


class Said(NamedTuple):
    """The column at that place is this field; None ignores it."""

    at: int
    field: str | None


def uncertain(columns: Iterable[Column]) -> list[Column]:
    return [each for each in columns if not each.certain]


def mapped(columns: Sequence[Column], words: Iterable[str]) -> list[Column]:
    """The columns as `Header=field` says each time; the word after it goes before. Raises WrongWord."""
    columns = list(columns)
    for word in words:
        columns = _with(columns, said(columns, word))
    return columns


def said(columns: Sequence[Column], word: str) -> Said:
    """`Header=field`, or `3=field` for the third column; a header may hold a `=` itself. Raises WrongWord."""
    splits = [(word[:at].strip(), word[at + 1 :].strip()) for at, each in enumerate(word) if each == "="]
    for left, field in splits:
        if (at := _place(columns, left)) is not None:
            return Said(at, field or None)
    if not splits:
        raise WrongWord(f"{word!r}: write it as Header=field, or Header= to ignore the column")
    headers = ", ".join(repr(each.header) for each in columns)
    raise WrongWord(f"{word!r}: there is no such column; there are {headers}")


def _place(columns: Sequence[Column], named: str) -> int | None:
    """By the header as it stands, else in any case, else by its number from 1."""
    for like in (str, str.casefold):
        for at, each in enumerate(columns):
            if like(each.header.strip()) == like(named):
                return at
    is_number = named.isascii() and named.isdigit() and 1 <= int(named[:9]) <= len(columns)
    return int(named) - 1 if is_number else None


def _with(columns: Sequence[Column], it: Said) -> list[Column]:
    """A field is one column's alone: the one that had it before is kept under its own name."""
    changed = [
        _moved(each, number) if it.field and each.field == it.field else each for number, each in enumerate(columns, 1)
    ]
    before = columns[it.at]
    changed[it.at] = msgspec.structs.replace(before, field=it.field, confidence=100, reason="as you said")
    return changed


def _moved(column: Column, number: int) -> Column:
    name = column.header.strip() or f"column {number}"
    return msgspec.structs.replace(column, field=CUSTOM + name, reason="another column has its field now")


def written(columns: Iterable[Column]) -> list[dict[str, str | None]]:
    """As the API takes them."""
    return [{"header": each.header, "field": each.field} for each in columns]
