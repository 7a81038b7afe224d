"""What a tenant says of itself once, so that its imports need not: frozen in each when it is accepted. Pure."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple
from zoneinfo import available_timezones

import phonenumbers

from ringback.phones import looks_exponential, participant


class Defaults(NamedTuple):
    """Of a tenant that has said nothing (rules §1, §2)."""

    own_numbers: tuple[str, ...] = ()
    region: str = "US"
    zone: str = "UTC"


DEFAULTS = Defaults()

#: Not a place's time: this machine's own, and what stands there while nobody has set it.
_NO_ZONES = frozenset({"localtime", "Factory"})


def region(written: str) -> str:
    """ISO 3166's two letters; raises ValueError where numbers cannot be read in it."""
    found = written.strip().upper()
    if found not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("it is no country's code of two letters that has phone numbers: write it like US")
    return found


def zone(written: str) -> str:
    """As the time zone database has it; raises ValueError."""
    if written not in _zones():
        raise ValueError("it is not in the time zone database: write it like America/New_York")
    return written


def own_numbers(written: Iterable[str], region: str) -> tuple[list[str], dict[int, str]]:
    """E.164 or a short code, sorted, each once; and of each that is neither why, by its place."""
    numbers, wrong = set[str](), dict[int, str]()
    for place, each in enumerate(written):
        number = participant(each, region)
        if number is not None and number.lstrip("+").isdecimal():
            numbers.add(number)
        elif looks_exponential(each):
            wrong[place] = f"{each!r} was written by a spreadsheet and its digits are lost: write it like +14155552671"
        else:
            wrong[place] = f"{each!r} is no valid number in {region}: write it with its country code, like +14155552671"
    return sorted(numbers), wrong


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_ZONES
