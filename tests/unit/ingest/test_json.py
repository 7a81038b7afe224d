"""JSON and NDJSON are tables like others, and what is broken in one item leaves the others (faults.md, Bad input)."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from services.ingest.sources.accepting import Chosen, accept_bulk
from services.ingest.sources.refusals import BadArchive
from tests.unit.ingest.files import ADA, BOB
from tests.unit.ingest.opened import accepted, people, raw, refused, told

GOOD = '{"name": "Bob", "phone": "+12125550123"}'


def rows(folder: Path, text: str | bytes, filename: str = "people.json") -> Any:
    return accepted(folder, text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text, filename)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"[{GOOD}]", "json"),
        (f' \n[\n{GOOD},{{"phone": "{ADA}"}}\n]\n', "json"),
        (f'{{"exported": {{"at": 1}}, "results": [{GOOD}], "next": null}}', "json"),
        (f"{GOOD}\n\n{GOOD}\r\n", "ndjson"),
        (f"\ufeff[{GOOD}]".encode("utf-16-le"), "json"),
    ],
)
def test_a_list_of_objects_is_a_table(tmp_path: Path, text: str | bytes, kind: str) -> None:
    found = rows(tmp_path, text)
    assert found.upload.kind == kind
    assert people(found)[0].phone == BOB


def test_keys_are_columns_in_the_order_in_which_they_come_first(tmp_path: Path) -> None:
    text = '[{"name": "Ada"}, {"phone": 14155552671, "name": null}, {"note": "x", "name": "Bob"}]'
    assert [(row.line, row.cells) for row in raw(rows(tmp_path, text))] == [
        (0, ["name", "phone", "note"]),
        (1, ["Ada"]),
        (2, ["", "14155552671"]),
        (3, ["Bob", "", "x"]),
    ]


def test_values_are_text_as_it_is_written(tmp_path: Path) -> None:
    item = {
        "phone": ADA,
        "tags": ["a", "b"],
        "custom": {"Size": 1.50, "ok": True},
        "more": {"deep": [1, "1"]},
        "zip": "00123",
    }
    text = json.dumps([item]).replace("1.5,", "1.50,")
    (header, row) = raw(rows(tmp_path, text))
    assert dict(zip(header.cells, row.cells, strict=True)) == {
        "phone": ADA,
        "tags": "a;b",
        "more": '{"deep": [1, "1"]}',
        "zip": "00123",
        "custom:Size": "1.50",
        "custom:ok": "true",
    }
    (ada,) = people(rows(tmp_path, text))
    assert (ada.tags, ada.custom["Size"], ada.postal_code) == (["a", "b"], "1.50", "00123")


def test_the_key_of_the_list_says_whose_rows_they_are(tmp_path: Path) -> None:
    assert list(rows(tmp_path, '{"calls": [{"a": 1}]}').upload.members) == ["calls"]


NESTED = '{"a": ' * 100_000 + "1" + "}" * 100_000
_NESTED = "The item is nested too deeply to be read: write it as an object of plain values."
_NO_NAMES = "The item is no object, so its values have no names: write an object whose keys are columns."
_NOT_STORED = (
    "name holds a character that cannot be stored (U+0000 or half of a surrogate pair): remove it, or export the"
)
#: Each with its code, and how its sentence begins.
ITEMS = [
    ('{"phone": NaN}', "not_json", "The item is no JSON that can be read (NaN is no number of JSON): mend it."),
    (NESTED, "too_deeply_nested", _NESTED),
    ('{"a": {"b": ' + "[" * 700 + "]" * 700 + "}}", "too_deeply_nested", _NESTED),
    ("[" * 700 + "]" * 700, "too_deeply_nested", _NESTED),
    (
        '{"phone": "1", "phone": "2"}',
        "duplicate_key",
        "The key phone stands in the item twice, so nobody knows which is meant: leave one of them out.",
    ),
    ('{"name": "a\\ud800b", "phone": "+14155552671"}', "bad_character", _NOT_STORED),
    ('{"name": "a\\u0000b", "phone": "+14155552671"}', "bad_character", _NOT_STORED),
    (
        '{"phone": ' + "9" * 5_000 + "}",
        "cell_too_long",
        "phone is longer than the 1000 characters it may have: shorten",
    ),
    (
        '{"phone": 4.15555E+09}',
        "exponential_number",
        "phone was written by a spreadsheet in exponent form (4.15555E+09) and its digits are lost: format",
    ),
    (
        '{"name" "x"}',
        "not_json",
        "The item is no JSON that can be read (Expecting ':' delimiter at character 9): mend it.",
    ),
    ('["+14155552671"]', "not_an_object", _NO_NAMES),
    ("17", "not_an_object", _NO_NAMES),
    ('{"name": "' + "x" * 3_000_000 + '"}', "row_too_large", "The row is larger than 512 KB as an event: shorten its"),
]


@pytest.mark.parametrize("between", [",\n", "\n"], ids=["json", "ndjson"])
def test_an_item_that_cannot_be_used_fails_alone(tmp_path: Path, between: str) -> None:
    text = between.join([GOOD, *(item for item, _, _ in ITEMS), GOOD])
    found = rows(tmp_path, f"[{text}]" if between == ",\n" else text)
    failed = told(found)
    assert [(line, code) for line, code, _ in failed] == [(at, code) for at, (_, code, _) in enumerate(ITEMS, 2)]
    for (_, _, message), (_, _, begins) in zip(failed, ITEMS, strict=True):
        assert message.startswith(begins)
    assert len(raw(found)) == len(ITEMS) + 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"[{GOOD}, {GOOD[:-1]}",
            "people.json is no JSON that can be read (it ends in the middle of line 1): mend it, or",
        ),
        (
            f"[{GOOD} {GOOD}]",
            "people.json is no JSON that can be read (line 1: a comma or the closing bracket is missing b",
        ),
        (
            f"[{GOOD}]]",
            "people.json is no JSON that can be read (line 1: something stands behind the end): mend it, or ex",
        ),
        (
            "[" * 100_000,
            "people.json is no JSON that can be read (it ends in the middle of line 1): mend it, or export it",
        ),
        (
            '{"a": 1, "a": 2}',
            "people.json is no JSON that can be read (line 1: the key a stands in it twice): mend it, o",
        ),
        (
            '{"a": NaN, "data": []}',
            "people.json is no JSON that can be read (line 1: not json NaN is no number of JSON):",
        ),
        (
            '{\n"who": {"a": 1}}',
            "people.json holds no list of records: send a list of objects, or an object with one as",
        ),
        ('{"data": [{}], "next":', "people.json is no JSON that can be read (line 1: a value is missing): mend it, or"),
        (b'[{"name": "\xff"}]', "people.json is not UTF-8, as JSON must be: save it as UTF-8, or name its encoding."),
        (
            '{"contacts": [{}], "calls": []}',
            "people.json is no JSON that can be read (it has both contacts and calls: se",
        ),
    ],
    ids=range(10),
)
def test_what_cannot_be_read_as_a_whole_is_refused_at_once(tmp_path: Path, text: str | bytes, message: str) -> None:
    content = text.encode() if isinstance(text, str) else text
    found = refused(tmp_path, content, "people.json", Chosen())
    assert found.message.startswith(message)


@pytest.mark.parametrize("text", ["5", "null", '"hi"', " true\n"])
def test_a_value_alone_is_no_list_and_is_said_so(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text.encode(), "people.json").message.startswith("people.json holds no list of records:")
    with pytest.raises(BadArchive, match="The body has no list `contacts`: send an object like"):
        asyncio.run(accept_bulk(tmp_path / "upload", tmp_path / "rows", "contacts.json"))


@pytest.mark.parametrize("text", ["[]", "[\n]\n", '{"contacts": []}'])
def test_an_empty_list_has_no_rows_as_a_table_of_a_header_alone(tmp_path: Path, text: str) -> None:
    found = accepted(tmp_path, text.encode(), "people.json", Chosen())
    assert (people(found), [each.code for each in found.upload.warnings]) == ([], ["no_rows"])


def test_a_line_that_breaks_off_leaves_the_others(tmp_path: Path) -> None:
    failed = told(rows(tmp_path, f'{GOOD}\n{{"name": "A\n{GOOD}\n{{"na'))
    begins = "The item is no JSON that can be read (Unterminated string starting at character"
    assert failed == [(line, "not_json", f"{begins} {at}): mend it.") for line, at in ((2, 10), (4, 2))]


def test_another_encoding_can_be_named(tmp_path: Path) -> None:
    text = '[{"name": "Łódź", "phone": "+14155552671"}]'
    found = accepted(tmp_path, text.encode("cp1250"), "people.json", Chosen(encoding="cp1250"))
    assert [each.name for each in people(found)] == ["Łódź"]


def test_pieces_of_any_size_read_alike(tmp_path: Path) -> None:
    """A file of a few pieces, with what must not be cut at their ends."""
    items = [{"name": '\\"[{' * each, "phone": ADA, "n": each, "deep": {"a": [1, {"b": "]"}]}} for each in range(400)]
    found = raw(rows(tmp_path, json.dumps(items, indent=1)))
    assert [row.cells[0] for row in found[1:]] == ['\\"[{' * each for each in range(400)]
    assert {row.flaw for row in found} == {None}
