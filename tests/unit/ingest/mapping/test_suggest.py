"""What a column is taken for, by its header and its values, and how sure that is."""

from hypothesis import given
from hypothesis import strategies as st

from ringback.events import Entity
from services.ingest.mapping import Suggestion, offer, passed_over, suggest
from services.ingest.parse.columns import CANONICAL, columns

ADA = {"phone": "+1 415-555-2671", "email": "ada@analytical.example", "word": "blue"}
ENTITIES: tuple[Entity, ...] = ("contacts", "conversations", "messages", "calls")


def suggested(header: list[str], *cells: list[str], entity: Entity = "contacts") -> list[Suggestion]:
    return suggest(entity, header, list(cells), "US")


def targets(header: list[str], *cells: list[str], entity: Entity = "contacts") -> list[str | None]:
    return [each.target for each in suggested(header, *cells, entity=entity)]


def test_each_canonical_name_is_itself_and_certain() -> None:
    for entity, names in CANONICAL.items():
        found = suggested(list(names), entity=entity)
        assert [(each.target, each.certain) for each in found] == [(name, True) for name in names]


def test_a_header_nobody_knows_is_a_custom_field_and_asks() -> None:
    (colour,) = suggested(["Favourite colour"], [ADA["word"]])
    assert (colour.target, colour.certain) == ("custom:Favourite colour", False)


def test_our_own_exports_say_what_is_custom_and_when_a_record_came_here_is_passed_over() -> None:
    found = suggested(["custom:Phone", "phone", "created_at", "updated_at"], ["x", ADA["phone"], "2026-01-01", ""])
    assert [each.target for each in found] == ["custom:Phone", "phone", None, None]
    assert all(each.certain for each in found)


def test_a_slip_of_the_pen_is_certain_only_where_the_values_say_the_same() -> None:
    name, email, phone = suggested(["Frist Name", "Emial", "Phone nubmer"], *[["Ada", ADA["email"], ADA["phone"]]] * 3)
    assert (name.target, name.certain) == ("first_name", False)
    assert (email.target, email.certain) == ("email", True)
    assert (phone.target, phone.certain) == ("phone", True)


def test_values_alone_suggest_and_ask() -> None:
    rows = [[ADA["email"], ADA["phone"], "TX"]] * 3
    found = suggested(["A", "B", "C"], *rows)
    assert [each.target for each in found] == ["email", "phone", "state"]
    assert not any(each.certain for each in found)
    assert found[0].reason == "3 of 3 values are e-mail addresses"


def test_a_name_that_its_values_contradict_asks() -> None:
    number, mobile = suggested(["Number", "Mobile"], *[[str(n), ADA["email"]] for n in range(1, 5)])
    assert not number.certain
    assert (mobile.target, mobile.certain) == ("email", False)


def test_bad_values_under_a_fields_own_name_are_for_their_rows_to_fail_by() -> None:
    (phone,) = suggested(["phone"], ["12"], ["none"], ["x"])
    assert (phone.target, phone.certain) == ("phone", True)


def test_the_phone_that_most_rows_have_is_the_phone() -> None:
    rows = [["", ADA["phone"], ""], ["", ADA["phone"], ""], ["(212) 555-0123", ADA["phone"], ADA["phone"]]]
    assert targets(["Phone", "Mobile", "Home Phone"], *rows) == ["phone_2", "phone", "custom:Home Phone"]
    assert targets(["Phone", "Mobile"], *[["(212) 555-0123", ADA["phone"]]] * 2) == ["phone", "phone_2"]


def test_a_second_phone_alone_finds_its_people_unless_it_is_called_just_so() -> None:
    assert targets(["Home Phone"], [ADA["phone"]]) == ["phone"]
    assert targets(["phone_2", "email"], [ADA["phone"], ADA["email"]]) == ["phone_2", "email"]


def test_an_address_is_taken_from_one_place_the_fuller_one() -> None:
    header = ["Home Street", "Home City", "Business Street", "Business City"]
    home, business = ["1 Elm", "Austin"], ["2 Oak", "Dallas"]
    assert targets(header, *[[*home, *business]] * 3)[:2] == ["address_line_1", "city"]
    assert targets(header, *[["", "", *business]] * 3)[2:] == ["address_line_1", "city"]


def test_a_name_beside_a_first_name_is_the_familys() -> None:
    assert targets(["Vorname", "Name"], ["Käthe", "Groß"]) == ["first_name", "last_name"]
    assert targets(["Nom"], ["Léa Dupont"]) == ["name"]


def test_the_same_header_twice_is_one_field_and_one_custom_one() -> None:
    assert targets(["Email", "Email", "Note", "Note"]) == ["email", "custom:Email", "custom:Note", "custom:Note (2)"]


def test_thousands_of_columns_are_suggested_in_a_moment() -> None:
    assert len(suggested(["Note"] * 20_000, ["x"] * 20_000)) == 20_000


HEADERS = st.one_of(
    st.text(max_size=12), st.sampled_from(["phone", "Mobile", "E-mail", "Email 2", "Name", "custom:a", "created_at"])
)


def test_what_is_passed_over_is_named_but_of_our_own_exports() -> None:
    assert passed_over("contacts", offer("contacts", ["Name", "Phone", " created_at "], [], "US")) == ["created_at"]
    assert passed_over("contacts", offer("contacts", [*CANONICAL["contacts"], "created_at"], [], "US")) == []


@given(st.sampled_from(ENTITIES), st.lists(HEADERS, max_size=8), st.lists(st.lists(st.text(max_size=20), max_size=9)))
def test_whatever_the_table_each_column_gets_one_suggestion_and_no_two_the_same(
    entity: Entity, header: list[str], rows: list[list[str]]
) -> None:
    found = suggest(entity, header, rows, "US")
    wanted = [each.target for each in found if each.target is not None]
    assert len(found) == len(header)
    assert len(set(wanted)) == len(wanted)
    read = columns(entity, header, tuple(each.target for each in found))
    assert len(read.known) + len(read.custom) == len(wanted)
