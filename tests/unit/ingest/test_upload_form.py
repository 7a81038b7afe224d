"""What the upload form may say beside the file."""

import pytest

from ringback.http.problems import Problem
from services.ingest.api.form import read_form


@pytest.mark.parametrize(("field", "most"), [("notes", 10_000), ("source", 100), ("external_id", 500), ("tags", 1_000)])
def test_a_text_that_is_too_long_is_said_to_be_so_in_characters(field: str, most: int) -> None:
    read_form({field: "x" * most})
    with pytest.raises(Problem) as caught:
        read_form({field: "x" * (most + 1)})
    (error,) = caught.value.extra["errors"]
    assert (error["where"][0], error["detail"]) == (field, f"String should have at most {most} characters")


@pytest.mark.parametrize("field", ["notes", "source", "external_id", "tags"])
def test_a_character_that_cannot_be_stored_is_the_callers_error(field: str) -> None:
    with pytest.raises(Problem) as caught:
        read_form({field: "a\0b"})
    assert (caught.value.status, caught.value.extra["errors"][0]["where"][0]) == (422, field)
