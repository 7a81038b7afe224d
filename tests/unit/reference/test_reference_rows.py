"""When a row fails and what it means when it does not (rules §2, §3; the readings), worked out by hand."""

from datetime import UTC, datetime

from tests.reference.build import ANA, BEN, OURS, archive_of, text_from
from tests.reference.model import Bad, Good

LONDON = "+442079460018"


def columns_blamed(rows: list[Good | Bad]) -> list[str | None]:
    """For each row the column it fails by, `fine` where it does not."""
    return [row.column if isinstance(row, Bad) else "fine" for row in rows]


def test_a_contact_fails_with_neither_a_valid_phone_nor_a_valid_email() -> None:
    rows = [
        {"phone": "000-000-0000", "email": "ana@example.com", "phone_2": ""},
        {"phone": "000-000-0000", "email": "nobody", "phone_2": ""},
        {"phone": "", "email": "", "phone_2": ANA},
    ]
    read = archive_of(contacts=rows).rows["contacts"]
    assert columns_blamed(read) == ["fine", "phone", "phone"]
    assert isinstance(read[0], Good) and read[0].values == {"email": "ana@example.com"}


def test_a_conversation_needs_an_id_or_usable_numbers_and_keeps_the_usable_column() -> None:
    rows = [
        {"external_conversation_id": "v1", "our_number": "000", "contact_phone": f"{ANA};000-000-0000"},
        {"external_conversation_id": "", "our_number": OURS, "contact_phone": f"{BEN}; {ANA};"},
        {"external_conversation_id": "", "our_number": OURS, "contact_phone": f"{ANA};000-000-0000"},
    ]
    first, second, third = archive_of(conversations=rows).rows["conversations"]
    assert first == Good(1, 2, {"external_conversation_id": "v1", "our_number": "000"})
    assert second == Good(2, 3, {"our_number": OURS, "participants": [ANA, BEN]})
    assert isinstance(third, Bad)


def test_a_message_fails_without_time_numbers_or_direction() -> None:
    rows = [
        text_from(ANA, "hi"),
        text_from(ANA, "hi", at="yesterday"),
        text_from("000-000-0000", "hi"),
        text_from("", "hi"),
        text_from(ANA, "hi") | {"to": f"{OURS};000-000-0000"},
        {"from": ANA, "to": BEN, "direction": "sideways", "sent_at": "1709985600"},
    ]
    read = archive_of(messages=rows).rows["messages"]
    assert columns_blamed(read) == ["fine", "sent_at", "from", "from", "to", "direction"]


def test_without_a_word_our_own_numbers_tell_the_direction() -> None:
    rows = [
        {"from": OURS, "to": f"{BEN};{ANA}", "sent_at": "1709985600"},
        {"from": ANA, "to": f"{BEN};{OURS}", "sent_at": "1709985600"},
    ]
    out, into = (row.values for row in archive_of(messages=rows).rows["messages"])
    assert (out["direction"], out["our_number"], out["participants"]) == ("outbound", OURS, [ANA, BEN])
    assert (into["direction"], into["our_number"], into["participants"]) == ("inbound", OURS, [ANA, BEN])


def test_inbound_to_none_of_our_own_numbers_is_to_the_first() -> None:
    row = {"from": ANA, "to": f"{BEN};{LONDON}", "direction": "in", "sent_at": "1709985600"}
    values = archive_of(messages=[row]).rows["messages"][0].values
    assert (values["our_number"], values["participants"]) == (BEN, [ANA, LONDON])


def test_a_message_that_lacks_from_or_to_takes_both_sides_from_the_first_usable_conversation_row() -> None:
    conversations = [
        {"external_conversation_id": "v1", "our_number": "", "contact_phone": BEN},
        {"external_conversation_id": "v1", "our_number": OURS, "contact_phone": ANA},
        {"external_conversation_id": "v1", "our_number": OURS, "contact_phone": BEN},
    ]
    lacking = {"external_conversation_id": "v1", "sent_at": "1709985600"}
    messages = [
        lacking | {"from": "", "to": "", "direction": "out"},
        lacking | {"from": OURS, "to": "", "direction": ""},
        lacking | {"from": BEN, "to": "", "direction": ""},
        lacking | {"from": "", "to": "", "direction": "in", "external_conversation_id": "v2"},
    ]
    read = archive_of(conversations=conversations, messages=messages).rows["messages"]
    assert columns_blamed(read) == ["fine", "fine", "direction", "from"]
    assert [(row.values["our_number"], row.values["participants"]) for row in read[:2]] == [(OURS, [ANA])] * 2


def test_a_calls_other_figures_that_cannot_be_read_are_left_empty() -> None:
    row = {"from": ANA, "to": OURS, "started_at": "1709985600", "answered_at": "soon", "duration_seconds": "a while"}
    values = archive_of(calls=[row]).rows["calls"][0].values
    assert values == {
        "from": ANA,
        "to": [OURS],
        "direction": "inbound",
        "our_number": OURS,
        "participants": [ANA],
        "started_at": datetime(2024, 3, 9, 12, 0, tzinfo=UTC),
    }
