"""Numbers as rules §1 reads them. Pure and cached: an import asks here once or twice for every row."""

import re
from functools import lru_cache

import phonenumbers

#: A parse by phonenumbers takes some 40 µs, a hit here 0.1 µs. An entry is about 300 bytes, so this is 20 MB at most.
CACHED = 1 << 16
#: No number is longer than this as written; longer texts would only push real ones out of the cache.
LONGEST_CACHED = 40

ANONYMOUS = frozenset({"anonymous", "restricted", "unknown", "private", "blocked", "unavailable"})
_EXPONENTIAL = re.compile(r"[+-]?\d+(?:[.,]\d+[eE][+-]?|[eE][+-])\d+")
#: E.164 has at most 15 digits; `is_valid_number` lets some longer national plans through.
_E164_LENGTHS = range(7, 17)
_SHORT_CODE_LENGTHS = range(3, 7)
_LONGEST_ALPHANUMERIC = 11


def normalize(raw: str, region: str) -> str | None:
    """E.164 without extension, or None: what a contact's phone may be."""
    if len(raw) > LONGEST_CACHED:
        return _normalize(raw, region)
    return _cached_normalize(raw, region)


def participant(raw: str, region: str) -> str | None:
    """E.164, a short code, `anonymous` or an alphanumeric sender, or None: anyone but a contact may be these."""
    if len(raw) > LONGEST_CACHED:
        return _participant(raw, region)
    return _cached_participant(raw, region)


def looks_exponential(raw: str) -> bool:
    """Whether a spreadsheet wrote the number as `4.15555E+09`: its digits are lost, so it is never guessed."""
    return _EXPONENTIAL.fullmatch(raw.strip()) is not None


def _normalize(raw: str, region: str) -> str | None:
    text = _without_spreadsheet_tail(raw.strip())
    if looks_exponential(text):
        return None
    number = _valid(text, region)
    if number is None and text.startswith("00"):
        number = _valid("+" + text[2:], region)
    return number


def _participant(raw: str, region: str) -> str | None:
    text = raw.strip()
    return normalize(raw, region) or _short_code(_without_spreadsheet_tail(text)) or _sender(text)


def _valid(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    written: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written if len(written) in _E164_LENGTHS else None


def _without_spreadsheet_tail(text: str) -> str:
    whole = text.removesuffix(".0")
    return whole if whole.removeprefix("+").isdecimal() else text


def _short_code(text: str) -> str | None:
    if len(text) not in _SHORT_CODE_LENGTHS or not text.isdecimal():
        return None
    return text if text.isascii() else "".join(str(int(digit)) for digit in text)


def _sender(text: str) -> str | None:
    if text.lower() in ANONYMOUS:
        return "anonymous"
    if len(text) > _LONGEST_ALPHANUMERIC or not any(map(str.isalpha, text)):
        return None
    return text if all(each.isalpha() or each.isdecimal() or each == " " for each in text) else None


_cached_normalize = lru_cache(CACHED)(_normalize)
_cached_participant = lru_cache(CACHED)(_participant)
