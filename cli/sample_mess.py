"""The rows of a sample archive: each kind of mess that rules.md has a word on is in them somewhere."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from random import Random

from cli.sample_spoilers import SPOILERS, Row

OUR_NUMBERS = ("+16505550100", "+19175550101", "+18005550102")
#: Every number has exchange 555 or above in one of these, so that none is ours; 10,000 lines in each.
AREAS = (415, 212, 303, 512, 617, 702, 206, 305, 404, 503, 602, 713, 801, 312, 214, 619)
SHORT_CODES = ("72727", "24365", "611611")
REPEATED, SPOILT, RECENT = 0.1, 0.03, 200
#: Who talks where there are no contacts.
PEOPLE = 2_000
EPOCH = datetime(2025, 1, 6, 9, tzinfo=UTC)
NAMES = ("Ada", "José", "Zoë", "Łukasz", "Mei", "Noor", "Oluwaseun", "Søren", "Anna-Lena", "D'Arcy")
SURNAMES = ("Lovelace", "Núñez", "Brontë", "Wałęsa", "王", "Haddad", "Adeyemi", "Ångström", "O'Neill", "Smith, Jr.")
BODIES = (
    "Hi, are you still looking at the house?",
    "Yes! 🏡 See you at 5 👍🏽",
    "First line,\nsecond line; third\tcolumn",
    'She said "call me", so I did.',
    "=SUM(A1:A2) is no formula here",
    "Grüße aus Köln, à bientôt, また明日",
    "STOP",
    "Your code is {0}. It lasts 10 minutes.",
    "Thanks {0}",
)


class Mess:
    """Rows made from one stream of chance. Conversations are made from their number, so none has to be remembered."""

    def __init__(self, random: Random, people: int, conversations: int) -> None:
        self._random = random
        self._people, self._conversations = people, conversations

    def rows(self, name: str, count: int) -> Iterator[Row]:
        """About a tenth are repeats of a row not far above, and a few in a hundred cannot be imported."""
        makers = {"contacts": self.contact, "conversations": self.conversation}
        makers |= {"messages": self.message, "calls": self.call}
        make = makers[name]
        recent: deque[Row] = deque(maxlen=RECENT)
        for number in range(count):
            chance = self._random.random()
            if recent and chance < REPEATED:
                yield self._again(self._random.choice(recent))
            elif number and chance < REPEATED + SPOILT:
                yield make(number) | self._random.choice(SPOILERS[name])
            else:
                recent.append(make(number))
                yield recent[-1]

    def _again(self, row: Row) -> Row:
        """As it was, or without its id, so that it is known by its natural key alone."""
        return row | {next(iter(row)): ""} if self._chance(0.3) else row

    def contact(self, number: int) -> Row:
        """Some without id, some without a phone, some whose phone is bad but whose e-mail is good."""
        phone = self._written(_phone(number)) if self._chance(0.93) else self._random.choice(("", "n/a"))
        email = f"Person{number}@mail{number % 7}.example.com" if phone in ("", "n/a") or number % 3 else ""
        return {
            "External Contact ID": f"p{number}" if self._chance(0.9) else "",
            "First Name": self._random.choice(NAMES),
            "Last Name": self._random.choice(SURNAMES),
            "Phone": phone,
            "Phone 2": _phone(number + 500_000) if self._chance(0.1) else "",
            "E-mail": email,
            "Company": f"Company No. {number % 97}, Inc.",
            "City": self._random.choice(("San Francisco", "Zürich", "İstanbul", "")),
            "Tags": self._random.choice(("", "vip", "vip; buyer", "seller;;  2025 ")),
            "List": self._random.choice(("", "Newsletter")),
            "Favourite colour": self._random.choice(("", "green", "blue\nor grey")),
        }

    def conversation(self, number: int) -> Row:
        """Some lack their id, some a number."""
        ours, others = self._sides(number)
        known = self._chance(0.95)
        return {
            "external_conversation_id": f"c{number}" if known else "",
            "contact_phone": "; ".join(others),
            "our_number": ours if not known or self._chance(0.97) else "",
            "started_at": self._time(EPOCH + timedelta(minutes=number)),
            "last_message_at": "",
            "status": self._random.choice(("open", "done", "")),
            "name": f"Team {number}" if len(others) > 1 else "",
            "Assigned To": self._random.choice(("", "Sam", "Robin")),
        }

    def message(self, number: int) -> Row:
        """Of a conversation that is there, that never comes, or of none."""
        conversation, ours, others, incoming = self._talk()
        sides = (others[0], [ours, *others[1:]]) if incoming else (ours, list(others))
        lacking = conversation.startswith("c") and self._chance(0.05)
        return {
            "external_message_id": f"m{number}" if self._chance(0.95) else "",
            "conversation_id": conversation,
            "from": "" if lacking else sides[0],
            "to": "" if lacking and self._chance(0.5) else "; ".join(sides[1]),
            "direction": self._way(incoming, "" if not lacking else None),
            "body": self._random.choice(BODIES).format(number),
            "sent_at": self._time(EPOCH + timedelta(seconds=7 * number)),
            "status": "received" if incoming else self._random.choice(("sent", "delivered", "Delivered", "failed")),
            "media_urls": f"https://media.example.com/{number}.jpg" if self._chance(0.03) else "",
        }

    def call(self, number: int) -> Row:
        """Some were never answered, some have a duration that is none."""
        conversation, ours, others, incoming = self._talk()
        started, seconds = EPOCH + timedelta(seconds=61 * number), self._random.randrange(600)
        answered = self._chance(0.8)
        return {
            "Call ID": f"k{number}" if self._chance(0.95) else "",
            "Conversation ID": conversation,
            "From": self._written(others[0] if incoming else ours),
            "To": ours if incoming else others[0],
            "Direction": self._way(incoming, ""),
            "Started At": self._time(started),
            "Answered At": self._time(started + timedelta(seconds=5)) if answered else "",
            "Ended At": self._time(started + timedelta(seconds=5 + seconds)) if self._chance(0.95) else "later",
            "Duration": str(seconds) if self._chance(0.95) else "a while",
            "Status": self._random.choice(("completed", "In Progress", "answered")) if answered else "no_answer",
            "Summary": "They talked.\nThey agreed." if answered and self._chance(0.2) else "",
        }

    def _talk(self) -> tuple[str, str, tuple[str, ...], bool]:
        """A conversation's id, its two sides, and whether this came in. A few talk far more than the others."""
        among = self._conversations or self._people
        number = int(among * self._random.random() ** 2)
        ours, others = self._sides(number)
        name = (
            f"c{number}" if self._conversations and self._chance(0.93) else self._random.choice(("", f"gone{number}"))
        )
        return name, ours, others, self._chance(0.5)

    def _sides(self, number: int) -> tuple[str, tuple[str, ...]]:
        """By the number of a conversation: people, sometimes several, sometimes a short code or a sender's name."""
        ours = OUR_NUMBERS[number % len(OUR_NUMBERS)]
        if number % 50 == 7:
            return ours, (SHORT_CODES[number // 50 % len(SHORT_CODES)],)
        if number % 50 == 8:
            return ours, (("ACME Bank", "anonymous")[number // 50 % 2],)
        size = 1 + (number % 29 == 0) + (number % 87 == 0)
        return ours, tuple(_phone((number + each) % max(self._people, 3)) for each in range(size))

    def _way(self, incoming: bool, silent: str | None) -> str:
        """The word for it; some rows leave it to the tenant's own numbers, where they may be silent."""
        if silent is not None and self._chance(0.3):
            return silent
        return self._random.choice(("inbound", "Incoming", "in") if incoming else ("outbound", "Outgoing", "out"))

    def _written(self, phone: str) -> str:
        """A number as people and spreadsheets write it."""
        if len(phone) != 12:
            return phone
        area, exchange, line = phone[2:5], phone[5:8], phone[8:]
        forms = (phone, phone, f"({area}) {exchange}-{line}", f"{area}.{exchange}.{line}", f"1{area}{exchange}{line}.0")
        return self._random.choice(forms)

    def _time(self, moment: datetime) -> str:
        chance = self._random.random()
        if chance < 0.8:
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        if chance < 0.85:
            return moment.astimezone(timezone(timedelta(hours=-7))).isoformat()
        if chance < 0.9:
            return str(int(moment.timestamp()))
        if chance < 0.94:
            return str(int(moment.timestamp() * 1000))
        if chance < 0.98:
            return moment.strftime("%Y-%m-%d %H:%M:%S")
        return f"{moment.month}/{moment.day}/{moment.year} {moment:%I:%M %p}"

    def _chance(self, of: float) -> bool:
        return self._random.random() < of


def _phone(number: int) -> str:
    lines = 10_000 * len(AREAS)
    return f"+1{AREAS[number % len(AREAS)]}{555 + number // lines % 400}{number // len(AREAS) % 10_000:04}"
