"""A saved mapping fits the same headers in any order and spelling, and never gives one field to two columns."""

from hypothesis import given
from hypothesis import strategies as st

from services.ingest.mapping import Template, applied, fingerprint, suggest
from services.ingest.parse.columns import CANONICAL

HEADERS = ["Phone", "Note", "note", "Shade", "E-Mail", ""]
FIELDS = [None, "phone", "email", "custom:Note", "custom:Phone", *CANONICAL["contacts"][:3]]


@given(st.permutations(HEADERS))
def test_the_fingerprint_is_of_the_headers_in_any_order_and_case(header: list[str]) -> None:
    assert fingerprint([each.upper() for each in header]) == fingerprint(HEADERS)
    assert fingerprint(header[1:]) != fingerprint(HEADERS)


def test_of_two_headers_alike_each_has_its_own() -> None:
    it = Template("ours", ["Note", "Note"], ["custom:A", None])
    header = ["NOTE", "Phone", "note"]
    found = applied(it, header, suggest("contacts", header, [], "US"))
    assert [each.target for each in found] == ["custom:A", "phone", None]
    assert all(each.certain for each in found)


def test_a_suggestion_for_a_field_that_the_template_gives_away_is_kept_as_a_custom_field_and_asked_for() -> None:
    header = ["Shade", "Phone"]
    found = applied(Template("ours", ["Shade"], ["phone"]), header, suggest("contacts", header, [], "US"))
    assert [(each.target, each.certain) for each in found] == [("phone", True), ("custom:Phone", False)]


@given(st.lists(st.sampled_from(HEADERS), max_size=6), st.lists(st.sampled_from(HEADERS), max_size=6), st.data())
def test_no_two_columns_are_ever_one_field(saved: list[str], header: list[str], data: st.DataObject) -> None:
    targets = data.draw(st.permutations(FIELDS))[: len(saved)]
    found = applied(Template("ours", saved, targets), header, suggest("contacts", header, [], "US"))
    wanted = [each.target for each in found if each.target is not None]
    assert len(found) == len(header)
    assert len(set(wanted)) == len(wanted)
