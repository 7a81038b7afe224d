"""What a contact's blank cells mean: an import's own `{field: text}`, put in before the row is read and judged.

A field is a canonical column of contacts, or `custom:` and the name of a custom one; the file need not have it.
"""

from collections.abc import Mapping

from services.ingest.parse.cells import text
from services.ingest.parse.columns import CANONICAL, CUSTOM, LONGEST_CELL, LONGEST_CUSTOM, Columns, limit

#: The same for every row, each of these would make all of them one person.
ONE_PERSONS = ("external_contact_id", "phone", "phone_2", "email")
FIELDS = tuple(name for name in CANONICAL["contacts"] if name not in ONE_PERSONS)


def checked(defaults: Mapping[str, str]) -> dict[str, str]:
    """Those that say something; raises ValueError, which names the first that cannot be used."""
    said = {field: value for field, value in defaults.items() if text(value) is not None}
    for field, value in said.items():
        _check(field, value)
    return said


class Filling:
    """Of one file. `columns` are its own and, behind the empty cell of absent ones, those that only defaults have."""

    def __init__(self, columns: Columns, defaults: Mapping[str, str]) -> None:
        known, custom = dict(columns.known), dict(columns.custom)
        self._blanks: list[tuple[int, str]] = []
        self._absent: list[str] = []
        for field, value in defaults.items():
            places, name = (custom, field.removeprefix(CUSTOM)) if field.startswith(CUSTOM) else (known, field)
            if name in places:
                self._blanks.append((places[name], value))
            else:
                places[name] = len(columns.header) + 1 + len(self._absent)
                self._absent.append(value)
        self.columns = columns._replace(known=known, custom=tuple(custom.items()))
        #: Characters by which a row may grow.
        self.size = sum(len(name) + len(value) for name, value in defaults.items())

    def filled(self, padded: list[str]) -> list[str]:
        """A row's cells, which are changed."""
        for at, value in self._blanks:
            if text(padded[at]) is None:
                padded[at] = value
        return [*padded, *self._absent] if self._absent else padded


def _check(field: str, value: str) -> None:
    if field in ONE_PERSONS:
        raise ValueError(f"{field} can have no default: it would make all rows one person")
    if field not in FIELDS and not (field.startswith(CUSTOM) and 0 < len(field) - len(CUSTOM) <= LONGEST_CELL):
        raise ValueError(f"{field!r} is no field of a contact: take one of {', '.join(FIELDS)}, or {CUSTOM}NAME")
    if field == "tags" and any(len(part) > LONGEST_CELL for part in value.split(";")):
        raise ValueError(f"one of the tags is longer than the {LONGEST_CELL} characters it may have")
    most = LONGEST_CUSTOM if field.startswith(CUSTOM) else limit("contacts", field)
    if len(value) > most:
        raise ValueError(f"{field} is longer than the {most} characters it may have")
    if "\0" in field + value or any("\ud800" <= each <= "\udfff" for each in field + value):
        raise ValueError(f"{field!r} holds a character that cannot be stored")
