"""What the values of a column look like, whatever stands over it."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC
from typing import NamedTuple

from ringback import emails
from ringback.events import Entity
from ringback.phones import normalize
from services.ingest.parse.parties import DIRECTIONS
from services.ingest.parse.times import instant

_NAMES_OF_STATES = (
    "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa "
    "ri sc sd tn tx ut vt va wa wv wi wy dc pr alabama alaska arizona arkansas california colorado connecticut "
    "delaware florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland "
    "massachusetts michigan minnesota mississippi missouri montana nebraska nevada newhampshire newjersey newmexico "
    "newyork northcarolina northdakota ohio oklahoma oregon pennsylvania rhodeisland southcarolina southdakota "
    "tennessee texas utah vermont virginia washington westvirginia wisconsin wyoming districtofcolumbia puertorico"
)
_STATES = frozenset(_NAMES_OF_STATES.split())
_DIGITS = re.compile(r"[+(]?\d[\d\s().+/x#-]{5,24}", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\b.*", re.DOTALL)
_ZIP = re.compile(r"\d{5}(?:-\d{4})?")

#: Fewer values than this say nothing of a column that is not named.
FEWEST = 3
#: The share of a column's values that must look so. A few are always written wrongly.
MOST = 0.8


class Look(NamedTuple):
    """`name` is for people, in the plural; `fields` are those that may hold such values, the likeliest first."""

    name: str
    share: float
    values: int
    fields: tuple[str, ...]


def look(entity: Entity, values: Sequence[str], region: str) -> Look | None:
    """What nearly all of a column's values are, the most telling look first; None where they are a mixture or free."""
    if not values:
        return None
    for name, is_one, fields in _looks(region):
        share = sum(map(is_one, values)) / len(values)
        if share >= MOST:
            return Look(name, share, len(values), fields.get(entity, ()))
    return None


def could_be(entity: Entity, field: str, values: Iterable[str], region: str) -> bool:
    """False where most values cannot be what the field holds; fields that hold any text can be everything."""
    test = _could_be(entity, field, region)
    told = [test(each) for each in values]
    return not told or sum(told) * 2 >= len(told)


def _looks(region: str) -> tuple[tuple[str, Callable[[str], bool], dict[Entity, tuple[str, ...]]], ...]:
    numbers: dict[Entity, tuple[str, ...]] = {
        "contacts": ("phone", "phone_2"),
        "conversations": ("contact_phone", "our_number"),
        "messages": ("from", "to"),
        "calls": ("from", "to"),
    }
    return (
        ("e-mail addresses", _is_email, {"contacts": ("email",)}),
        ("phone numbers", lambda value: _is_phone(value, region), numbers),
        ("times", _is_time, {"messages": ("sent_at",), "calls": ("started_at",), "conversations": ("started_at",)}),
        ("directions", _is_direction, {"messages": ("direction",), "calls": ("direction",)}),
        ("states of the USA", _is_state, {"contacts": ("state",)}),
        ("ZIP codes", lambda value: _ZIP.fullmatch(value) is not None, {"contacts": ("postal_code",)}),
        ("web addresses", _is_url, {"messages": ("media_urls",), "calls": ("recording_url", "voicemail_url")}),
    )


def _could_be(entity: Entity, field: str, region: str) -> Callable[[str], bool]:
    if field in ("phone", "phone_2"):
        return lambda value: _DIGITS.fullmatch(value) is not None or _is_phone(value, region)
    if field in ("email", "direction", "sent_at", "started_at", "answered_at", "ended_at", "last_message_at"):
        return {"email": lambda value: "@" in value, "direction": _is_direction}.get(field, _is_time)
    if field in ("first_name", "last_name", "name", "city", "country", "company") and entity == "contacts":
        return lambda value: not _is_email(value) and not _DIGITS.fullmatch(value)
    if field == "duration_seconds":
        return lambda value: any(map(str.isdigit, value))
    return lambda _: True


def _is_email(value: str) -> bool:
    return "@" in value and emails.normalize(value) is not None


def _is_phone(value: str, region: str) -> bool:
    first = value.split(";")[0]
    return sum(map(str.isdigit, first)) >= 7 and normalize(first, region) is not None


def _is_time(value: str) -> bool:
    """A date, and not just any number: epoch seconds are told from ids by their year."""
    if value.isdigit():
        return 10 <= len(value) <= 13 and value[0] == "1"
    return _DATE.fullmatch(value) is not None or (value[:1].isdigit() and instant(value, UTC) is not None)


def _is_direction(value: str) -> bool:
    return value.strip().lower() in DIRECTIONS


def _is_state(value: str) -> bool:
    return value.replace(" ", "").lower() in _STATES


def _is_url(value: str) -> bool:
    return value.startswith(("http://", "https://"))
