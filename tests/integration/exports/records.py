"""Records as sources tell them, with whatever may stand in them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from ringback.events import Call, Contact, Conversation, Entity, Message
from services.ingest.parse import Data
from tests.integration.exports.nasty import NAMES, TEXTS

OURS = "+14155550100"
NUMBERS = [f"+1415555{number:04}" for number in range(110, 150)]
OTHERS = (*NUMBERS[:4], "12345", "anonymous", "Ringback", OURS)
SOURCES = ("parser-csv", "hubspot", "quo")
ZERO = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)

texts = st.sampled_from(TEXTS)
maybe = st.none() | texts
custom = st.dictionaries(st.sampled_from(NAMES) | texts.map(str.strip).filter(bool), texts, max_size=4)
sources = st.sampled_from(SOURCES)
ids = st.sampled_from(("1", "2", "3", "a;b", "=1"))
sets = st.lists(texts.map(str.strip).filter(bool), max_size=4, unique=True)
moments = st.integers(0, 10**10).map(lambda microseconds: ZERO + timedelta(microseconds=microseconds))
groups = st.lists(st.sampled_from(OTHERS), min_size=1, max_size=4, unique=True).map(sorted)
urls = st.lists(st.sampled_from(("https://example.com/a", "https://example.com/b?c=1,2")), max_size=2)
directions = st.sampled_from(("inbound", "outbound"))


def told(**more: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    """What every record has; without an id now and then, and with those of others in another source."""
    return {"source": sources, "external_id": st.none() | ids, "custom": custom, **more}


#: With an e-mail of its own: one whose only phone is another's has nothing that an import could find it by.
CONTACTS = st.builds(
    Contact,
    **told(),
    **dict.fromkeys(("first_name", "name", "company", "title", "city", "status", "market"), maybe),
    phone=st.sampled_from(NUMBERS),
    phone_2=st.none() | st.sampled_from(NUMBERS),
    email=st.uuids().map(lambda own: f"Ü+{own}@example.com"),
    tags=sets,
    lists=sets,
)
CONVERSATIONS = st.builds(
    Conversation,
    **told(external_id=ids),
    our_number=st.none() | st.just(OURS),
    participants=st.just([]) | groups,
    started_at=st.none() | moments,
    last_message_at=st.none() | moments,
    status=maybe,
    name=maybe,
)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """The sender is one of the group; nobody says it of two."""
    group, way = draw(groups), draw(directions)
    sender = (OURS if OURS in group else draw(st.sampled_from(group))) if way == "inbound" and len(group) > 1 else None
    plain = {"body": maybe, "status": st.sampled_from((None, "delivered", "In Transit")), "media_urls": urls}
    fields = {name: draw(each) for name, each in {**told(), **plain, "sent_at": moments}.items()}
    named = draw(st.none() | ids)
    return Message(
        our_number=OURS, participants=group, direction=way, sender=sender, external_conversation_id=named, **fields
    )


CALLS = st.builds(
    Call,
    **told(external_conversation_id=st.none() | ids),
    our_number=st.just(OURS),
    participants=st.sampled_from(OTHERS).map(lambda number: [number]),
    direction=directions,
    started_at=moments,
    answered_at=st.none() | moments,
    ended_at=st.none() | moments,
    duration_seconds=st.none() | st.integers(0, 2**31 - 1),
    status=st.sampled_from((None, "completed", "no-answer", "Weird status")),
    recording_url=st.sampled_from((None, "https://example.com/a;b?c=1,2")),
    transcript=maybe,
    summary=maybe,
)
OF = {"contacts": CONTACTS, "conversations": CONVERSATIONS, "messages": messages(), "calls": CALLS}


def all_of(entity: Entity) -> list[Data]:
    """One for each text, which stands in all of its texts, the name of a custom field among them."""
    return [_with(entity, number, text) for number, text in enumerate(TEXTS)]


def _with(entity: Entity, number: int, text: str) -> Data:
    own: dict[str, Any] = {
        "source": "parser-csv",
        "external_id": str(number),
        "custom": {text.strip(): text, "=x": text},
    }
    numbers: dict[str, Any] = {"our_number": OURS, "participants": [NUMBERS[number % 40]]}
    if entity == "contacts":
        plain = dict.fromkeys(("first_name", "name", "title", "status"), text)
        word = text.strip()
        return Contact(**own, **plain, email=f"x{number}@example.com", tags=["a", word], lists=["b", word, "c"])
    if entity == "conversations":
        return Conversation(**own, **numbers, started_at=ZERO, status=text, name=text)
    if entity == "messages":
        return Message(
            **own, **numbers, direction="inbound", sent_at=ZERO, body=text, media_urls=["https://a.example/?b,c"]
        )
    return Call(
        **own, **numbers, direction="outbound", started_at=ZERO, duration_seconds=7, transcript=text, summary=text
    )
