"""Numbers and participants, by rules §1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.phones import looks_exponential, normalize, participant

AREAS = (415, 212, 303, 512, 617)


@pytest.mark.parametrize(
    "written",
    [
        *("+14155552671", "4155552671", "(415) 555-2671", " 415.555.2671 ", "1-415-555-2671", "tel:+14155552671"),
        *("4155552671.0", "+14155552671.0", "14155552671.0", "0014155552671", "415 555 2671 ext. 12"),
    ],
)
def test_one_number_has_one_form_however_it_is_written(written: str) -> None:
    assert normalize(written, "US") == "+14155552671"
    assert participant(written, "US") == "+14155552671"


def test_a_number_without_country_code_is_of_the_tenants_region() -> None:
    assert normalize("020 7946 0958", "GB") == "+442079460958"
    assert normalize("020 7946 0958", "US") is None
    assert normalize("0044 20 7946 0958", "US") == "+442079460958"
    assert normalize("011 44 20 7946 0958", "US") == "+442079460958"


@pytest.mark.parametrize("written", ["000-000-0000", "", "  ", "12", "1234567", "not a number", "+", "\0", "5" * 300])
def test_what_is_no_number_is_none(written: str) -> None:
    assert normalize(written, "US") is None


@pytest.mark.parametrize("written", ["4.15555E+09", "4,15555e+09", "4.155552E09", "+1.4155552671E+10", "4E+09"])
def test_lost_digits_are_never_guessed(written: str) -> None:
    assert looks_exponential(written)
    assert normalize(written, "US") is None
    assert participant(written, "US") is None


@pytest.mark.parametrize("written", ["911", "72727", "611611", "72727.0", " 72727 "])
def test_three_to_six_digits_are_a_short_code_but_no_contact(written: str) -> None:
    assert participant(written, "US") == written.strip().removesuffix(".0")
    assert normalize(written, "US") is None


@pytest.mark.parametrize("written", ["Anonymous", "RESTRICTED", "unknown", " private ", "Blocked", "unavailable"])
def test_whoever_hides_is_anonymous(written: str) -> None:
    assert participant(written, "US") == "anonymous"


def test_an_alphanumeric_sender_is_kept_as_written() -> None:
    assert participant("ACME Bank 1", "US") == "ACME Bank 1"
    assert participant("Müller", "DE") == "Müller"
    assert participant("ACME-Bank", "US") is None
    assert looks_exponential("4E09") is False


@given(st.sampled_from(AREAS), st.integers(200, 999), st.integers(0, 9999))
def test_a_normal_form_is_its_own_normal_form(area: int, exchange: int, line: int) -> None:
    number = normalize(f"({area}) {exchange}-{line:04}", "US")
    assert number is None or normalize(number, "GB") == number


@given(st.text(max_size=60), st.sampled_from(["US", "DE", "ZZ"]))
def test_any_text_has_an_answer_that_an_event_can_carry(text: str, region: str) -> None:
    number = participant(text, region)
    assert number is None or 1 <= len(number) <= 16
    assert normalize(text, region) in (None, number)
