"""What is kept of a file's warnings."""

from services.ingest.parse.problems import warning
from services.ingest.reading import MOST_WARNINGS, file_warnings


def test_the_first_of_each_code_are_kept() -> None:
    headers = [warning("duplicate_header", "Note", f"Note ({n})") for n in range(2, 60_000)]
    kept = file_warnings("contacts", [*headers, warning("not_utf8", None, "cp1252")])
    assert [each.code for each in kept] == ["duplicate_header"] * MOST_WARNINGS + ["not_utf8"]
