"""What is said of a column goes before what was suggested."""

import pytest

from cli.mapping import Column, mapped, uncertain
from cli.trouble import Trouble

COLUMNS = [Column("Phone", "phone", 100), Column("a=b", "custom:a=b", 50), Column(" Colour ", "custom:Colour", 50)]


def fields(*words: str) -> list[str | None]:
    return [each.field for each in mapped(COLUMNS, words)]


@pytest.mark.parametrize(
    ("word", "field"), [("Colour=city", "city"), ("colour = city", "city"), ("3=city", "city"), ("Colour=", None)]
)
def test_a_column_is_named_by_its_header_in_any_case_or_its_number(word: str, field: str | None) -> None:
    assert fields(word) == ["phone", "custom:a=b", field]


def test_a_header_may_hold_what_parts_it_from_its_field() -> None:
    assert fields("a=b=city") == ["phone", "city", "custom:Colour"]


def test_what_was_said_is_certain_and_the_rest_is_what_it_was() -> None:
    assert [each.header for each in uncertain(mapped(COLUMNS, ["a=b="]))] == [" Colour "]


def test_a_field_that_is_given_to_another_column_leaves_its_own_as_a_custom_one() -> None:
    assert fields("Colour=phone") == ["custom:Phone", "custom:a=b", "phone"]
    assert fields("Colour=phone", "Phone=phone_2") == ["phone_2", "custom:a=b", "phone"]


@pytest.mark.parametrize("word", ["Color=city", "4=city", "0=city", "Phone"])
def test_a_column_that_is_not_there_is_told_which_are(word: str) -> None:
    with pytest.raises(Trouble, match=r"'Phone'|Header=field"):
        fields(word)
