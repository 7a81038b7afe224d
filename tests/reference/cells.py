"""What one cell means (rules §1, §2; the readings on cells). Each function answers None for what it cannot use."""

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import phonenumbers
from email_validator import EmailNotValidError, validate_email

ANONYMOUS = {"anonymous", "restricted", "unknown", "private", "blocked", "unavailable"}
INBOUND = {"inbound", "incoming", "in", "received"}
OUTBOUND = {"outbound", "outgoing", "out", "sent"}
LOST_DIGITS = re.compile(r"[+-]?\d+([.,]\d+)?E\+\d+", re.IGNORECASE)
SHORT_CODE = re.compile(r"[0-9]{3,6}")
AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) +(\d{1,2}):(\d{2}) *([AaPp])[Mm]")
EPOCH = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,9}))?")
SECONDS_HAVE_AT_MOST = 11
EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)
#: Microseconds: the year 2200, which no history has reached (readings of the rules, "Cells").
FIRST_BEYOND = (datetime(2200, 1, 1, tzinfo=UTC) - EPOCH_START) // timedelta(microseconds=1)


def is_empty(cell: str | None) -> bool:
    """A cell is empty when it is blank after trimming."""
    return cell is None or not cell.strip()


def trimmed(cell: str | None) -> str | None:
    """An id or URL: trimmed."""
    return None if is_empty(cell) else cell.strip()


def text(cell: str | None) -> str | None:
    """A text field keeps the cell as it stands."""
    return None if is_empty(cell) else cell


def parts(cell: str | None) -> list[str]:
    """The trimmed parts of a `;` list, without the empty ones."""
    return [part.strip() for part in (cell or "").split(";") if part.strip()]


def once_each(values: list[str]) -> list[str]:
    """A set, in the order of the cell."""
    return list(dict.fromkeys(values))


def phone(cell: str | None, region: str) -> str | None:
    """A valid number as E.164 without extension (rules §1, first point)."""
    written = (cell or "").strip().removesuffix(".0")
    if LOST_DIGITS.fullmatch(written):
        return None
    found = _valid(written, region)
    if found is None and written.startswith("00"):
        found = _valid("+" + written[2:], region)
    return found


def _valid(written: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def participant(cell: str | None, region: str) -> str | None:
    """Who is on the line of a message, call or conversation (rules §1, second point)."""
    number = phone(cell, region)
    if number is not None:
        return number
    written = (cell or "").strip().removesuffix(".0")
    if SHORT_CODE.fullmatch(written):
        return written
    if written.lower() in ANONYMOUS:
        return "anonymous"
    if len(written) <= 11 and any(c.isalpha() for c in written):
        return written if all(c.isalpha() or c.isdigit() or c == " " for c in written) else None
    return None


def email(cell: str | None) -> str | None:
    """An e-mail address that email-validator accepts without deliverability; compared elsewhere in lower case."""
    try:
        return validate_email((cell or "").strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def time(cell: str | None, zone: str) -> datetime | None:
    """A time in any of the four forms, as UTC; one without a zone is in the tenant's."""
    written = (cell or "").strip()
    try:
        digits = EPOCH.fullmatch(written)
        if digits and not _is_basic_date(written):
            return _epoch(digits)
        found = _american(written) or datetime.fromisoformat(written)
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_basic_date(written: str) -> bool:
    """ISO 8601's `20260102`, from 1900 on and before 2200."""
    try:
        return len(written) == 8 and 1900 <= datetime.fromisoformat(written).year < 2200
    except ValueError:
        return False


def _epoch(written: re.Match[str]) -> datetime:
    """Epoch milliseconds have 12 digits or more since 1973, epoch seconds until the year 5138 have 11."""
    unit = 1_000_000 if len(written[1].lstrip("0")) <= SECONDS_HAVE_AT_MOST else 1_000
    micros = int(written[1]) * unit + int(Fraction("0." + (written[2] or "0")) * unit)
    if micros >= FIRST_BEYOND:
        raise ValueError(written[0])
    return EPOCH_START + timedelta(microseconds=micros)


def _american(written: str) -> datetime | None:
    """`M/D/YYYY h:mm AM`."""
    match = AMERICAN.fullmatch(written)
    if match is None:
        return None
    month, day, year, hour, minute = (int(match[n]) for n in range(1, 6))
    if not 1 <= hour <= 12:
        raise ValueError(written)
    return datetime(year, month, day, hour % 12 + (12 if match[6] in "Pp" else 0), minute)  # noqa: DTZ001


def direction(cell: str | None) -> str | None:
    """What the direction column says; a word that is not on the list counts as none."""
    word = (cell or "").strip().lower()
    if word in INBOUND:
        return "inbound"
    return "outbound" if word in OUTBOUND else None


def whole(cell: str | None) -> int | None:
    """A number of seconds."""
    written = (cell or "").strip().removesuffix(".0")
    return int(written) if re.fullmatch(r"[0-9]{1,12}", written) else None
