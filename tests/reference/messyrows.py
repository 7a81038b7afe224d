"""One messy row of each file, as cells by canonical column (rules §2, §3): the same seed gives the same row."""

from random import Random

from tests.reference import world as w
from tests.reference.world import World, maybe

Row = dict[str, str]
MESSAGE_STATUSES = (
    *("queued", "sending", "Sent", "delivered", "received", "DELIVERED", "undelivered", "failed", "weird one", ""),
)
CALL_STATUSES = (
    *("queued", "ringing", "In_Progress", "in progress", "answered", "forwarded", "completed", "voicemail", "missed"),
    *("No-Answer", "busy", "failed", "odd", "", "", ""),
)


def contact(rnd: Random, world: World) -> Row:
    """People who share phones and e-mails with others, under ids of their own, of others, or of none."""
    person = world.who(rnd)
    phone = w.spelled(rnd, w.number(world.other(rnd, person)))
    shared = ("gold", "vip ", "", " new", "ünïted")
    return {
        "external_contact_id": maybe(rnd, 0.75, f"c{world.other(rnd, person)}{maybe(rnd, 0.2, 'x')}"),
        "first_name": maybe(rnd, 0.7, rnd.choice(w.NAMES)),
        "last_name": maybe(rnd, 0.4, rnd.choice(w.NAMES)),
        "name": maybe(rnd, 0.2, rnd.choice(w.TEXTS)),
        "phone": maybe(rnd, 0.75, phone, maybe(rnd, 0.5, rnd.choice(w.BAD_PHONES))),
        "phone_2": maybe(rnd, 0.2, w.spelled(rnd, w.number(world.who(rnd))), maybe(rnd, 0.1, w.BAD_PHONES[0])),
        "email": maybe(rnd, 0.65, w.mail(rnd, world.other(rnd, person)), maybe(rnd, 0.3, rnd.choice(w.BAD_EMAILS))),
        "company": maybe(rnd, 0.3, rnd.choice(w.TEXTS)),
        "postal_code": maybe(rnd, 0.3, rnd.choice(("00123", "94110"))),
        "status": maybe(rnd, 0.2, rnd.choice(("Active", "lost"))),
        "opt_in_through": maybe(rnd, 0.2, "web form"),
        "conversation_status": maybe(rnd, 0.2, rnd.choice(("Open", "New"))),
        "tags": maybe(rnd, 0.5, ";".join(rnd.choice(shared) for _ in range(rnd.randint(1, 3)))),
        "list": maybe(rnd, 0.3, rnd.choice(("Spring", "Autumn"))),
        "board_number": maybe(rnd, 0.2, w.spelled(rnd, w.OWN[0]), maybe(rnd, 0.1, rnd.choice(w.BAD_PHONES))),
    }


def line_of(conversation: int, world: World) -> tuple[str, list[str]]:
    """Our number and the people of a conversation: two conversations share a line where there are few people."""
    people = [conversation % world.people] if conversation % 5 else [conversation % world.people, 1, 2]
    others = [w.number(p) for p in dict.fromkeys(people)]
    return (w.NOT_OWN if conversation % 6 == 5 else w.OWN[conversation % 2]), others


def conversation(rnd: Random, world: World) -> Row:
    """Rows without id, with one number unusable, with the line of another."""
    chosen = world.who(rnd) + rnd.choice((0, 0, world.people))
    ours, people = line_of(chosen, world)
    if rnd.random() < 0.1:
        people = [rnd.choice((*w.SENDERS, *w.BAD_PHONES))]
    return {
        "external_conversation_id": maybe(rnd, 0.8, f" v{chosen}" if rnd.random() < 0.1 else f"v{chosen}"),
        "contact_phone": maybe(rnd, 0.9, " ; ".join(w.spelled(rnd, p) if p[0] == "+" else p for p in people)),
        "our_number": maybe(rnd, 0.9, w.written_own(rnd, ours), maybe(rnd, 0.3, "our desk, the blue one")),
        "started_at": maybe(rnd, 0.5, w.time(rnd), maybe(rnd, 0.3, rnd.choice(w.BAD_TIMES))),
        "last_message_at": maybe(rnd, 0.3, w.time(rnd)),
        "status": maybe(rnd, 0.5, rnd.choice(("open", "Closed"))),
        "name": maybe(rnd, 0.3, rnd.choice(w.TEXTS)),
    }


def _line(rnd: Random, world: World, *, group: bool) -> Row:
    """Who speaks with whom, which way, in which conversation: lacking, bad, or told by our own number alone."""
    chosen = world.who(rnd) + rnd.choice((0, 0, 0, world.people, 9_000))
    ours, people = line_of(chosen, world)
    if not group or rnd.random() < 0.1:
        people = people[:1]
    if rnd.random() < 0.12:
        people = [rnd.choice(w.SENDERS)]
    way = rnd.choice(tuple(w.DIRECTIONS))
    spelled = [w.spelled(rnd, p) if p[0] == "+" else p for p in people]
    sides = [w.written_own(rnd, ours)], spelled
    sender, to = sides if way == "outbound" else (spelled[:1], [*sides[0], *spelled[1:]])
    lacks = rnd.choice(("from", "to", "both")) if rnd.random() < 0.1 else ""
    bad = "" if lacks or rnd.random() < 0.95 else rnd.choice(("from", "to"))
    cells = {"from": sender[0], "to": "; ".join(to)} | ({bad: w.BAD_PHONES[rnd.choice((0, 1, 2, 5))]} if bad else {})
    cells |= {column: rnd.choice(("", "  ")) for column in cells if lacks in (column, "both")}
    word = rnd.choice(w.DIRECTIONS[way]) if rnd.random() < 0.8 else rnd.choice(("", "", "sideways"))
    return cells | {"external_conversation_id": maybe(rnd, 0.9 if lacks else 0.6, f"v{chosen}"), "direction": word}


def message(rnd: Random, world: World) -> Row:
    """Texts with few bodies at few times, so that the same natural key comes back under other ids."""
    return _line(rnd, world, group=True) | {
        "external_message_id": maybe(rnd, 0.7, f"m{rnd.randrange(world.people * 6)}"),
        "body": rnd.choice(w.TEXTS) if rnd.random() < 0.5 else rnd.choice(("hi", "hi ", "cafe\u0301", "café")),
        "sent_at": w.time(rnd) if rnd.random() < 0.95 else rnd.choice(w.BAD_TIMES),
        "status": rnd.choice(MESSAGE_STATUSES),
        "media_urls": maybe(rnd, 0.2, "https://m.example/1.jpg ; https://m.example/2.jpg;"),
    }


def call(rnd: Random, world: World) -> Row:
    """Calls that come back under other ids with other ends."""
    return _line(rnd, world, group=False) | {
        "external_call_id": maybe(rnd, 0.7, f"k{rnd.randrange(world.people * 4)}"),
        "started_at": w.time(rnd) if rnd.random() < 0.95 else rnd.choice(w.BAD_TIMES),
        "answered_at": maybe(rnd, 0.3, w.time(rnd), maybe(rnd, 0.2, "soon")),
        "ended_at": maybe(rnd, 0.3, w.time(rnd)),
        "duration_seconds": maybe(rnd, 0.5, rnd.choice(("65", " 0 ", "7", "a while"))),
        "status": rnd.choice(CALL_STATUSES),
        "recording_url": maybe(rnd, 0.2, " https://r.example/a?b=1&c=2 "),
        "transcript": maybe(rnd, 0.2, rnd.choice(w.TEXTS)),
        "summary": maybe(rnd, 0.2, rnd.choice(w.TEXTS)),
    }


MAKERS = {"contacts": contact, "conversations": conversation, "messages": message, "calls": call}
