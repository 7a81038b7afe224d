"""The published files: made from the types, and true of what the codecs read."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from ringback.events.codec import OF_TOPIC, Unreadable
from ringback.events.publish import EXAMPLES, FOLDER, files, types
from ringback.events.publish.schemas import type_of

NAMES = [type_of(each) for each in types()]
SCHEMAS = FOLDER / "schemas"


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def example(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / "examples" / f"{name}.json").read_text())
    return read


def read(event: dict[str, Any]) -> object:
    """By the codec of a topic that has the type."""
    codec = next(codec for codec in OF_TOPIC.values() if event["type"] in [type_of(each) for each in codec.types])
    return codec.decode(b"acme", json.dumps(event).encode())


def test_the_files_are_those_that_the_types_make() -> None:
    """`make contract` writes them anew."""
    made = dict(files())
    there = set(FOLDER.rglob("*.json"))
    assert there == made.keys()
    for path, text in made.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is stale: run `make contract`"


def test_every_type_of_every_topic_has_a_schema_and_an_example() -> None:
    assert set(NAMES) == EXAMPLES.keys()
    assert {type_of(each) for codec in OF_TOPIC.values() for each in codec.types} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_valid_by_its_schema_and_read_by_its_codec(name: str) -> None:
    validator(name).validate(example(name))
    assert type_of(type(read(example(name)))) == name  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_unknown_members_are_valid_and_change_nothing(name: str) -> None:
    wider = example(name) | {"traceparent": "00-1-2-03", "subject": "of a newer producer", "retries": 3}
    wider["data"] = wider["data"] | {"mood": {"of": ["a", "newer", "producer"]}}
    validator(name).validate(wider)
    assert read(wider) == read(example(name))


@pytest.mark.parametrize("name", NAMES)
def test_an_attribute_may_be_null_instead_of_absent(name: str) -> None:
    """CloudEvents' JSON format, §2.2."""
    nulls = dict.fromkeys(("time", "importid", "sequence", "dryrun", "onduplicate", "matchon", "subject"))
    told = nulls | {attribute: value for attribute, value in example(name).items() if value is not None}
    validator(name).validate(told)
    assert read(told) == read(example(name))


@pytest.mark.parametrize("name", NAMES)
def test_schema_and_codec_refuse_the_same(name: str) -> None:
    check = validator(name)
    for broken in spoilt(example(name)):
        assert not check.is_valid(broken), broken
        with pytest.raises(Unreadable):
            read(broken)


def spoilt(event: dict[str, Any]) -> list[dict[str, Any]]:
    """Without each member that must be there, and with each of a wrong kind."""
    required = json.loads((SCHEMAS / f"{event['type']}.json").read_text())["required"]
    without = [{key: value for key, value in event.items() if key != name} for name in required if name != "type"]
    wrong: dict[str, Any] = {"specversion": "0.3", "id": "", "tenant": "x" * 101, "time": "yesterday", "data": []}
    wrong |= {"importid": "no uuid", "sequence": 0, "dryrun": "yes", "onduplicate": "merge", "matchon": "name"}
    return without + [event | {name: value} for name, value in wrong.items()]


def test_a_row_of_an_import_has_its_place_in_the_file() -> None:
    name = "ringback.contact.recorded.v1"
    of_import = example(name) | {"importid": "8c0d5be4-7f2a-4d0e-9a51-2f6f2b7c9e10"}
    assert not validator(name).is_valid(of_import)
    assert not validator(name).is_valid(of_import | {"sequence": None})
    assert validator(name).is_valid(of_import | {"sequence": 1})


@pytest.mark.parametrize("member", ["name", "external_id", "source"])
def test_text_that_the_database_cannot_hold_is_said_beforehand(member: str) -> None:
    told = example("ringback.contact.recorded.v1")
    told["data"][member] = "a\0b"
    assert not validator("ringback.contact.recorded.v1").is_valid(told)
