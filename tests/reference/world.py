"""Small pools of people, numbers and times, written in every spelling the rules allow, and in some they do not."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

OWN = ("+14155550100", "+12125550123")
NOT_OWN = "+13105550142"
ZERO = datetime(2024, 3, 9, 17, 0, tzinfo=UTC)
BAD_PHONES = ("000-000-0000", "4.15555E+09", "n/a (none given)", "+1 999", "12", "++--++", "4155", "+0 123 4567 8901 2")
BAD_EMAILS = ("nobody", "a@b@c.example", "jo@", "@example.com", "jo smith@example.com")
BAD_TIMES = ("yesterday", "2024-13-01 10:00:00", "25/12/2024 3:00 PM", "2024-02-30T10:00:00Z", "", "   ", "--")
SENDERS = ("ACME 24", "Bank", "Café 7", "24273", "911", "ANONYMOUS", "Restricted", "unavailable", "Private")
NAMES = ("Ana", "Zoë", "İpek", "O'Brien", "Łukasz", "名前", "🎉 Jo", "=SUM(A1)", "+Max", "e\u0301va", "\u200fA")
TEXTS = (
    *("hi", "hi ", " hi", "Hi", "ok", "café", "cafe\u0301", "two\nlines", "two\r\nlines", 'say "yes"', "a,b;c\td"),
    *(
        "",
        "   ",
        "\u2028x\u2029",
        "x\u0085y",
        "nul-free",
        "=1+1",
        "👩‍👩‍👧",
        "ß",
        "\ufeffbom inside",
        "tail\u200b",
        "OK",
    ),
)
DIRECTIONS = {
    "inbound": ("inbound", "Incoming", "IN", "received"),
    "outbound": ("outbound", "Outgoing", "out", "Sent"),
}


@dataclass
class World:
    """How many people there are to meet: the fewer for the rows, the more duplicates."""

    people: int = 4

    def who(self, rnd: Random) -> int:
        """Anyone, the first few more often than the others."""
        return min(rnd.randrange(self.people), rnd.randrange(self.people))

    def other(self, rnd: Random, person: int) -> int:
        """Mostly the same person, now and then another: what makes conflicts."""
        return person if rnd.random() < 0.85 else self.who(rnd)


def number(person: int) -> str:
    """The person's valid number; every seventh lives in London."""
    return f"+4420794{60000 + person:05d}" if person % 7 == 6 else f"+1415{2_000_000 + person:07d}"


def spelled(rnd: Random, e164: str) -> str:
    """The same number as people and spreadsheets write it."""
    if not e164.startswith("+1"):
        return rnd.choice((e164, "00" + e164[1:], f" {e164[:3]} {e164[3:5]} {e164[5:]} "))
    area, exchange, line = e164[2:5], e164[5:8], e164[8:]
    spellings = (
        *(e164, e164, f"({area}) {exchange}-{line}", f"{area}-{exchange}-{line}", f"{area}.{exchange}.{line}"),
        *(f"1{area}{exchange}{line}.0", f"001{area}{exchange}{line}", f"{e164} ext. 12", f" {e164[2:]} "),
    )
    return rnd.choice(spellings)


def written_own(rnd: Random, e164: str) -> str:
    """A number for the manifest or our side."""
    return spelled(rnd, e164) if rnd.random() < 0.3 else e164


def mail(rnd: Random, person: int) -> str:
    """The person's address, at times in other cases: compared in lower case."""
    plain = f"p{person}@example.com" if person % 3 else f"Person.{person}+x@mail.example.org"
    return rnd.choice((plain, plain, plain, plain.upper(), f" {plain} "))


def moment(rnd: Random) -> datetime:
    """One of a few seconds, often a whole minute, so that all the formats can say it."""
    return ZERO + timedelta(minutes=rnd.randrange(3) * 61, seconds=rnd.choice((0, 0, 0, 7)))


def time(rnd: Random) -> str:
    """A usable time in one of the formats; without a zone it is the tenant's."""
    when = moment(rnd)
    elsewhere = (when + timedelta(hours=2)).replace(tzinfo=None)
    formats = [
        *(when.isoformat(), when.isoformat().replace("+00:00", "Z"), f"{elsewhere.isoformat()}+02:00"),
        *(str(int(when.timestamp())), str(int(when.timestamp() * 1000) + rnd.choice((0, 250)))),
        *(when.strftime("%Y-%m-%d %H:%M:%S"), when.strftime(" %Y-%m-%dT%H:%M:%S.125000Z ")),
    ]
    if not when.second:
        hour, half = when.hour % 12 or 12, "PM" if when.hour >= 12 else "AM"
        formats.append(f"{when.month}/{when.day}/{when.year} {hour}:{when.minute:02d} {half}")
    return rnd.choice(formats)


def maybe(rnd: Random, chance: float, value: str, otherwise: str = "") -> str:
    """The value with that chance."""
    return value if rnd.random() < chance else otherwise
