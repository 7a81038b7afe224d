"""What one cell of an export says: the text that an import reads back as the value. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

Cell = str | int | list[str] | None
#: By column; an absent one is empty.
Row = Mapping[str, Cell]

#: Before the name of a custom field, so that no import takes it for another column, whatever it is called.
CUSTOM = "custom:"
#: What a spreadsheet takes for the beginning of a formula.
STARTERS = ("=", "+", "-", "@", "\t", "\r")


def moment(at: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the microsecond where it has any."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def listed(values: Iterable[str]) -> list[str]:
    """A `;` list as an import finds it: one with a `;` inside, as only an event can bring it, is two."""
    return [part for value in values for each in value.split(";") if (part := each.strip())]


def tags(values: Iterable[str]) -> list[str]:
    """Likewise, and each once."""
    return list(dict.fromkeys(listed(values)))


def numbered(name: str, values: Iterable[str]) -> dict[str, Cell]:
    """One value a column: `list`, `list_2`, `list_3` …"""
    return {name if number == 1 else f"{name}_{number}": value for number, value in enumerate(values, 1)}


def custom(fields: Mapping[str, str] | None) -> dict[str, Cell]:
    """Custom fields by the names of their columns."""
    return {CUSTOM + name: value for name, value in (fields or {}).items()}


def written(cell: Cell) -> str:
    """As the text of a table's cell."""
    if isinstance(cell, list):
        return ";".join(cell)
    return "" if cell is None else str(cell)


def harmless(text: str) -> str:
    """With an apostrophe before what a spreadsheet would run as a formula. An import keeps the apostrophe."""
    return f"'{text}" if text.startswith(STARTERS) else text
