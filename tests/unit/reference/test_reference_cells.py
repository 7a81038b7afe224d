"""Numbers, times, directions and addresses (rules §1, §2), worked out by hand."""

from datetime import UTC, datetime

import pytest

from tests.reference import cells
from tests.reference.statuses import status

NOON = datetime(2024, 3, 9, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("(415) 555-2671", "+14155552671"),
        (" 4155552671.0 ", "+14155552671"),
        ("0014155552671", "+14155552671"),
        ("00442079460018", "+442079460018"),
        ("+1 415 555 2671 ext. 12", "+14155552671"),
        ("000-000-0000", None),
        ("4.15555E+09", None),
        ("24273", None),
        ("anonymous", None),
        ("", None),
    ],
)
def test_a_contacts_phone_is_a_valid_number_in_e164_or_nothing(written: str, number: str | None) -> None:
    assert cells.phone(written, "US") == number


def test_a_number_is_read_in_the_tenants_region() -> None:
    assert cells.phone("020 7946 0018", "GB") == "+442079460018"
    assert cells.phone("020 7946 0018", "US") is None


def test_digits_lost_in_exponent_form_are_never_guessed_even_where_ten_digits_are_left() -> None:
    assert cells.phone("4.1555526E+09", "US") is None
    assert cells.participant("4.1555526E+09", "US") is None


@pytest.mark.parametrize(
    ("written", "who"),
    [
        ("24273", "24273"),
        ("911.0", "911"),
        ("12", None),
        ("1234567", None),
        ("Restricted", "anonymous"),
        ("UNAVAILABLE", "anonymous"),
        ("ACME 24", "ACME 24"),
        ("Twelve chars", None),
        ("ACME-24", None),
        ("1800FLOWERS", "+18003569377"),
        ("000-000-0000", None),
    ],
)
def test_on_the_line_may_also_be_a_short_code_anonymous_or_a_named_sender(written: str, who: str | None) -> None:
    assert cells.participant(written, "US") == who


@pytest.mark.parametrize(
    "written",
    [
        *("2024-03-09T12:00:00Z", "2024-03-09T14:00:00+02:00", "2024-03-09 12:00:00", "3/9/2024 12:00 PM"),
        *("1709985600", "1709985600000", " 2024-03-09T12:00:00 "),
    ],
)
def test_every_form_of_a_time_says_the_same_instant_in_utc(written: str) -> None:
    assert cells.time(written, "UTC") == NOON


def test_a_time_without_a_zone_is_in_the_tenants() -> None:
    assert cells.time("3/9/2024 7:00 AM", "America/New_York") == NOON
    assert cells.time("2024-03-09T12:00:00Z", "America/New_York") == NOON


@pytest.mark.parametrize("written", ["yesterday", "2024-13-01 10:00:00", "13/1/2024 1:00 PM", "1/1/2024 13:00 PM", ""])
def test_a_time_that_cannot_be_read_is_none(written: str) -> None:
    assert cells.time(written, "UTC") is None


def test_midnight_in_the_american_form_is_twelve_am() -> None:
    assert cells.time("3/9/2024 12:05 AM", "UTC") == datetime(2024, 3, 9, 0, 5, tzinfo=UTC)


def test_the_direction_column_has_four_words_each_way() -> None:
    assert {cells.direction(w) for w in ("Inbound", "INCOMING", " in ", "received")} == {"inbound"}
    assert {cells.direction(w) for w in ("outbound", "Outgoing", "OUT", "sent")} == {"outbound"}
    assert cells.direction("sideways") is None


def test_statuses_are_kept_in_one_spelling_and_unknown_ones_as_they_stand() -> None:
    assert status("calls", "In_Progress") == "in-progress"
    assert status("calls", "no answer") == "no-answer"
    assert status("messages", "Weird One") == "Weird One"
    assert status("messages", "  ") is None


def test_an_email_needs_to_be_valid_but_not_to_be_deliverable() -> None:
    assert cells.email(" ana@example.com ") == "ana@example.com"
    assert cells.email("ana@") is None
