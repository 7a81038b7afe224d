"""Rows of contacts.csv and conversations.csv (rules §2, §3, decision 1)."""

import re

import pytest

from ringback.events import Contact, Conversation
from services.ingest.parse import Bad, Good, conversation_keys
from services.ingest.parse.problems import FAILURES, WARNINGS
from tests.unit.ingest.files import ADA, BOB, EVE, OURS, bad, frame, good, mapped, row, rows, surveyed, table


def test_a_contacts_text_stays_as_it_stands_and_the_rest_is_trimmed() -> None:
    cells = {"phone": " (415) 555-2671 ", "email": " Ada@Example.com ", "external_contact_id": " p1 ", "company": " A "}
    data = good("contacts", **cells, tags=" vip;; buyer ;vip", list="Newsletter", city=" ").data
    assert data == Contact(
        source="test",
        external_id="p1",
        phone=ADA,
        email="Ada@example.com",
        company=" A ",
        tags=["vip", "buyer"],
        lists=["Newsletter"],
    )


@pytest.mark.parametrize(
    ("phone", "email", "code", "column"),
    [
        ("", "", "no_phone_or_email", "phone"),
        ("000-000-0000", "", "bad_phone", "phone"),
        ("72727", "", "bad_phone", "phone"),
        ("4.15555E+09", "nobody", "exponential_number", "phone"),
        ("", "nobody@", "bad_email", "email"),
    ],
)
def test_a_contact_without_valid_phone_or_email_fails(phone: str, email: str, code: str, column: str) -> None:
    found = bad("contacts", phone=phone, email=email, phone_2=ADA)
    assert (found.code, found.column, found.cells) == (code, column, [phone, email, ADA])


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"phone": "n/a", "email": "ada@example.com"}, "bad_phone"),
        ({"phone": ADA, "email": "ada"}, "bad_email"),
        ({"phone": ADA, "phone_2": "4.1E+09"}, "exponential_number"),
    ],
)
def test_what_is_bad_beside_something_good_is_left_out_with_a_warning(cells: dict[str, str], code: str) -> None:
    assert [each.code for each in good("contacts", **cells).warnings] == [code]


@pytest.mark.parametrize(("column", "limit"), [("name", 1_000), ("external_contact_id", 500), ("Other", 32_768)])
def test_a_cell_may_be_as_long_as_its_limit_and_no_longer(column: str, limit: int) -> None:
    good("contacts", **{"phone": ADA, column: "é" * limit})
    found = bad("contacts", **{"phone": ADA, column: "é" * (limit + 1)})
    assert (found.code, found.column) == ("cell_too_long", column)


@pytest.mark.parametrize("character", ["é", "\x01", "x"])
def test_a_row_over_512_kb_as_an_event_fails(character: str) -> None:
    cells = {f"note {number}": character * 32_000 for number in range(17)}
    assert bad("contacts", phone=ADA, **cells).code == "row_too_large"
    good("contacts", phone=ADA, **dict(list(cells.items())[:2]))


def test_a_row_of_commas_is_a_row_and_fails() -> None:
    (found,) = rows("contacts", table(["phone", "email"], ["", ""]))
    assert isinstance(found, Bad)


def test_a_conversation_needs_an_id_or_both_numbers() -> None:
    data = good("conversations", contact_phone=f"{BOB}; {ADA};{ADA}", our_number=OURS).data
    assert data == Conversation(source="test", our_number=OURS, participants=[BOB, ADA])
    assert bad("conversations", contact_phone=ADA, our_number="").code == "no_id_or_numbers"
    assert bad("conversations", contact_phone=f"{ADA};000", our_number="000-0000").column == "our_number"
    assert bad("conversations", contact_phone=f"{ADA};0", our_number=OURS).code == "bad_number"


def test_a_conversation_with_an_id_keeps_only_columns_of_which_all_is_usable() -> None:
    found = good("conversations", external_conversation_id="c1", contact_phone=f"{ADA};0", our_number=OURS)
    assert found.data == Conversation(source="test", external_id="c1", our_number=OURS)
    assert [(each.code, each.column) for each in found.warnings] == [("unusable_numbers", "contact_phone")]


def test_only_usable_conversations_lend_their_numbers() -> None:
    file = table(
        ["external_conversation_id", "contact_phone", "our_number"],
        *(["c1", ADA, ""], ["c1", BOB, OURS], ["", ADA, OURS], ["c2", "0", OURS], ["c3", ADA, OURS, "surplus"]),
    )
    keys = list(conversation_keys(file, frame(), surveyed("conversations", file)))
    assert keys == [("c1", (OURS, (BOB,)))]


def test_every_sentence_can_be_said_of_any_cell() -> None:
    for sentence in (*FAILURES.values(), *WARNINGS.values()):
        assert not re.search(r"{\w*}", sentence.format(column="phone", value="x"))
    found = row("contacts", phone="{0}\n{value}" * 50, email="")
    assert isinstance(found, Bad)
    assert "\n" not in found.message
    assert len(found.message) < 300


def test_several_values_in_one_cell_of_a_table_are_the_first_and_a_second_phone() -> None:
    """As Google Contacts writes them; in an archive they are one value, which is no number."""
    several = {"phone": f"{ADA} ::: {BOB} ::: {EVE}", "email": "a@one.example ::: b@two.example"}
    row = mapped("contacts", **several)
    assert isinstance(row, Good) and isinstance(row.data, Contact)
    assert (row.data.phone, row.data.phone_2, row.data.email) == (ADA, BOB, "a@one.example")
    assert row.warnings == ()
    other = mapped("contacts", phone=f"{ADA} ::: {BOB}", phone_2=EVE)
    assert isinstance(other, Good) and isinstance(other.data, Contact) and other.data.phone_2 == EVE
    assert bad("contacts", **several).code == "bad_phone"
