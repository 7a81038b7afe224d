"""Column names, in any spelling (rules §2, decision 1)."""

import pytest

from ringback.events import Contact, Entity
from services.ingest.parse.columns import CANONICAL, columns, fold
from services.ingest.parse.synonyms import SYNONYMS
from tests.unit.ingest.files import good, surveyed, table


@pytest.mark.parametrize("entity", CANONICAL)
def test_every_canonical_name_is_its_own_column_in_any_spelling(entity: Entity) -> None:
    for spelling in (str.upper, str.title, lambda name: name.replace("_", " "), lambda name: name.replace("_", "-")):
        found = columns(entity, [spelling(name) for name in CANONICAL[entity]])
        assert list(found.known) == list(CANONICAL[entity])
        assert found.custom == ()


def test_every_synonym_is_written_folded_and_means_one_column() -> None:
    for names in SYNONYMS.values():
        words = [word for listed in names.values() for word in listed.split()]
        assert [fold(word) for word in words] == words
        assert len(words) == len(set(words))


def test_a_column_that_no_one_knows_becomes_a_custom_field_under_its_own_header() -> None:
    data = good("contacts", **{"Phone Number": "+14155552671", "Lieblingsfarbe": " grün ", "Empty": " "}).data
    assert isinstance(data, Contact)
    assert data.custom == {"Lieblingsfarbe": " grün "}


def test_the_first_of_two_has_the_column_and_the_other_is_custom_with_a_warning() -> None:
    found = columns("contacts", ["Phone", "phone", "PHONE", "Note", "Note", "Note"])
    assert found.known == {"phone": 0}
    assert [name for name, _ in found.custom] == ["phone", "PHONE", "Note", "Note (2)", "Note (3)"]
    assert [each.code for each in found.warnings] == ["duplicate_header"] * 4


def test_very_many_equal_headers_are_numbered_in_one_pass() -> None:
    found = columns("contacts", ["Note (3)", *["Note"] * 50_000])
    assert [name for name, _ in found.custom][:4] == ["Note (3)", "Note", "Note (2)", "Note (4)"]
    assert found.custom[-1] == ("Note (50001)", 50_000)


@pytest.mark.parametrize("written", ["", "  ", "a\0b", "a\ud800b"])
def test_a_header_that_cannot_be_a_name_is_called_by_its_number(written: str) -> None:
    found = columns("contacts", ["phone", written])
    assert found.custom == (("column 2", 1),)
    assert [each.code for each in found.warnings] == ["unnamed_header"]


def test_a_file_without_any_known_header_is_warned_of() -> None:
    codes = [each.code for each in surveyed("contacts", table(["+14155552671", "Ada"])).warnings]
    assert codes == ["no_known_column"]
