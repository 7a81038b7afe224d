"""What one cell says. Text stays as it stands; ids, addresses and the parts of a list are trimmed (decision 1)."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from ringback.phones import looks_exponential, normalize, participant
from services.ingest.parse.columns import LONGEST_CELL
from services.ingest.parse.problems import RowFails, Warning, warning
from services.ingest.parse.times import instant

_LARGEST_INTEGER = 2_147_483_647


def text(cell: str) -> str | None:
    """The cell as it stands, None for a blank one."""
    return cell if cell and not cell.isspace() else None


def trimmed(cell: str) -> str | None:
    """For ids and addresses."""
    return cell.strip() or None


def parts(cell: str) -> list[str]:
    """A `;` list without its empty parts."""
    return [part for each in cell.split(";") if (part := each.strip())] if cell else []


def tags(cell: str, column: str) -> list[str]:
    """A set, in the order in which it was written; each has the limit of a text of its own."""
    each = list(dict.fromkeys(parts(cell)))
    if any(len(tag) > LONGEST_CELL for tag in each):
        raise RowFails("cell_too_long", column, LONGEST_CELL)
    return each


def custom(cells: list[str], fields: Iterable[tuple[str, int]]) -> dict[str, str]:
    """The custom fields that are not empty."""
    return {name: value for name, at in fields if (value := text(cells[at])) is not None}


def phone(cell: str, region: str, column: str, warnings: list[Warning]) -> str | None:
    """A contact's number; one that is none is left out with a warning."""
    number = normalize(cell, region) if cell else None
    if number is None and text(cell) is not None:
        warnings.append(warning(phone_code(cell), column, cell))
    return number


def phone_code(cell: str) -> str:
    """By which code a contact's phone is unusable."""
    return "exponential_number" if looks_exponential(cell) else "bad_phone"


def number_code(cell: str) -> str:
    """By which code a participant is unusable."""
    return "exponential_number" if looks_exponential(cell) else "bad_number"


def participants(cell: str, region: str) -> tuple[str, ...] | None:
    """All of a `;` list, sorted; None if one of them is no number or there is none."""
    numbers = [participant(each, region) for each in parts(cell)]
    known = {each for each in numbers if each is not None}
    return tuple(sorted(known)) if numbers and None not in numbers else None


def required_time(cell: str, zone: tzinfo, column: str) -> datetime:
    """A message's or call's own time: without it there is no record (rules §3)."""
    moment = instant(cell, zone)
    if moment is None:
        raise RowFails("bad_time" if text(cell) else "missing_time", column, cell)
    return moment


def optional_time(cell: str, zone: tzinfo, column: str, warnings: list[Warning]) -> datetime | None:
    """One that cannot be read is left empty with a warning."""
    if text(cell) is None:
        return None
    moment = instant(cell, zone)
    if moment is None:
        warnings.append(warning("bad_time", column, cell))
    return moment


def seconds(cell: str, column: str, warnings: list[Warning]) -> int | None:
    """Whole seconds, also as a spreadsheet writes them (`12.0`)."""
    written = cell.strip()
    if not written:
        return None
    whole = written.removesuffix(".0")
    if whole.isascii() and whole.isdigit() and len(whole) <= 10 and int(whole) <= _LARGEST_INTEGER:
        return int(whole)
    warnings.append(warning("bad_duration", column, cell))
    return None


class Statuses:
    """The statuses on a record's list in rules §5; others are kept as they stand."""

    def __init__(self, *known: str) -> None:
        self._known = frozenset(known)

    def read(self, cell: str) -> str | None:
        """`In Progress` and `in_progress` are `in-progress`."""
        if cell in self._known:
            return cell
        folded = "-".join(cell.replace("_", " ").lower().split())
        return folded if folded in self._known else text(cell)
