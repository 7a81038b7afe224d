"""The times of rules §2: ISO 8601, epoch seconds or milliseconds, `YYYY-MM-DD HH:MM:SS`, `M/D/YYYY h:mm AM`."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: As seconds the year 5138, as milliseconds 1973: no telephone system's history has either.
_FIRST_MILLISECONDS = 100_000_000_000
#: Nor this: `20260102030405` is a date that somebody wrote without its signs, not milliseconds of the year 2612.
_FIRST_BEYOND = datetime(2200, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,9}))?")
_AMERICAN = re.compile(
    r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}),?\s+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?\s*([AP])\.?M\.?",
    re.IGNORECASE,
)
#: Written by Ruby and others behind a blank, which ISO 8601 has not.
_SPELT_ZONE = re.compile(r"\s+(?:(?:UTC|GMT|Z)|([+-][0-9]{2}:?[0-9]{2}))", re.IGNORECASE)


def instant(raw: str, zone: tzinfo) -> datetime | None:
    """The moment in UTC, to the microsecond, or None; `zone` is the tenant's, for times that name none."""
    try:
        # Digits alone could be both: the milliseconds 1712011200000 are ISO's 12 January 1712 as well.
        moment = datetime.fromisoformat(raw) if raw[4:5] == "-" else None
    except ValueError:
        moment = None
    if moment is None:
        return _slowly(raw.strip(), zone)
    return moment if moment.tzinfo is UTC else _in_utc(moment, zone)


def _slowly(text: str, zone: tzinfo) -> datetime | None:
    if text.isascii() and text.isdigit():
        return _compact_date(text, zone) or _epoch(text)
    # Nine digits begin no date, but fromisoformat takes the ninth for what parts a date from its hours: the
    # milliseconds `1712011200000.0` would be of 1712.
    if text[:9].isdigit():
        return _epoch(text)
    try:
        return _in_utc(datetime.fromisoformat(text), zone)
    except ValueError:
        return _otherwise(text, zone)


def _in_utc(moment: datetime, zone: tzinfo) -> datetime | None:
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        return None


def _compact_date(text: str, zone: tzinfo) -> datetime | None:
    """ISO 8601's `20260102`: eight digits are a date where they can be, as epoch seconds they would lie in 1970."""
    if len(text) != 8 or not "1900" <= text[:4] < "2200":
        return None
    try:
        return _in_utc(datetime.fromisoformat(text), zone)
    except ValueError:
        return None


def _epoch(text: str) -> datetime | None:
    """Whole arithmetic: a float would move the microseconds."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    whole, fraction = int(match[1]), match[2] or ""
    if whole < _FIRST_MILLISECONDS:
        since = timedelta(seconds=whole, microseconds=int(fraction.ljust(6, "0")[:6]))
    else:
        since = timedelta(milliseconds=whole, microseconds=int(fraction.ljust(3, "0")[:3]))
    return _EPOCH + since if since < _FIRST_BEYOND - _EPOCH else None


def _otherwise(text: str, zone: tzinfo) -> datetime | None:
    american = _AMERICAN.fullmatch(text)
    if american is not None:
        return _american(american, zone)
    spelt = _SPELT_ZONE.search(text)
    if spelt is not None and spelt.end() == len(text):
        return _iso_with_zone(text[: spelt.start()], spelt[1] or "Z")
    return _epoch(text) or (_iso_with_zone(text[:-1], "Z") if text.endswith("z") else None)


def _iso_with_zone(text: str, offset: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text + offset)
    except ValueError:
        return None
    return _in_utc(moment, UTC)


def _american(match: re.Match[str], zone: tzinfo) -> datetime | None:
    month, day, year, hour, minute = map(int, match.group(1, 2, 3, 4, 5))
    if not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if match[7] in "Pp" else 0)
    try:
        moment = datetime(year, month, day, hour, minute, int(match[6] or 0), tzinfo=zone)
    except ValueError:
        return None
    return _in_utc(moment, zone)
