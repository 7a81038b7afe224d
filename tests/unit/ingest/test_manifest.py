"""manifest.json: what it says, and that no JSON whatever is a crash (rules §2; faults.md, Bad input)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.sources.manifest import Manifest, read_manifest
from services.ingest.sources.refusals import BadArchive


def manifest(text: str | bytes) -> Manifest:
    return read_manifest("manifest.json", text.encode() if isinstance(text, str) else text)


def test_a_manifest_says_source_time_own_numbers_and_counts() -> None:
    found = manifest(
        '{"source": "crm", "exported_at": "2026-01-02", "numbers": ["+1 650 555 0100", 16505550101,'
        ' {"number": "72727"}, "n/a"], "counts": {"contacts.csv": 3, "Calls": 2}, "messagesCount": 7,'
        ' "conversations_count": 0, "more": [1.5]}'
    )
    assert (found.source, found.exported_at) == ("crm", "2026-01-02")
    assert found.counts == {"contacts": 3, "calls": 2, "messages": 7, "conversations": 0}
    numbers, warnings = found.own_numbers("US")
    assert numbers == {"+16505550100", "+16505550101", "72727"}
    assert [each.code for each in warnings] == ["bad_own_number"]


def test_a_count_that_differs_is_a_warning_with_both_figures() -> None:
    (only,) = manifest('{"contactsCount": 3, "calls_count": 1}').differing({"contacts": 2, "calls": 1})
    assert only.code == "count_differs"
    assert "3" in only.message
    assert "2" in only.message


@pytest.mark.parametrize(
    "text",
    [
        *("", "nonsense", "[]", '{"counts": {"contacts": NaN}}', '{"counts": {"contacts": Infinity}}', "[" * 100_000),
        *('{"a":' * 100_000, '{"source": "a", "source": "b"}', b'{"source": "\xff\xfe"}', " " * 2_000_000),
    ],
)
def test_json_that_means_nothing_certain_is_refused_with_its_name(text: str | bytes) -> None:
    with pytest.raises(BadArchive, match=r"manifest\.json"):
        manifest(text)


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ('{"counts": {"contacts": ' + "9" * 5_000 + "}}", "contacts"),
        ('{"counts": {"contacts": -1}}', "contacts"),
        ('{"counts": {"contacts": true}}', "contacts"),
        ('{"counts": [1]}', "counts"),
        ('{"source": "\\ud800"}', "source"),
        ('{"source": "a\\u0000"}', "source"),
        ('{"source": 7}', "source"),
        ('{"numbers": [null, 1]}', "numbers"),
    ],
)
def test_an_odd_field_is_left_out_with_a_warning_that_can_be_stored(text: str, left_out: str) -> None:
    found = manifest(text)
    assert [each.column for each in found.warnings] == [left_out]
    assert found._replace(warnings=(), numbers=()) == Manifest(counts={})
    "".join(each.message for each in found.warnings).encode()


@given(st.binary(max_size=100) | st.text(max_size=100).map(str.encode))
def test_no_bytes_whatever_are_a_crash(raw: bytes) -> None:
    try:
        manifest(raw)
    except BadArchive as error:
        assert error.code == "bad_manifest"
