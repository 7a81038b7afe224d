"""Which changes of a schema are compatible, one by one."""

from copy import deepcopy
from typing import Any

import pytest

from ringback.events.publish import types
from ringback.events.publish.compatibility import Schema, narrowed, withheld
from ringback.events.publish.schemas import schema

TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 10}
NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": 5}


def members(required: tuple[str, ...] = ("a",), **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required)}


OLD = members(a=TEXT, b=NUMBER)

COMPATIBLE = [
    (OLD, members(a=TEXT, b=NUMBER, c=TEXT)),
    (OLD, members((), a=TEXT, b=NUMBER)),
    (OLD, members(a=TEXT | {"maxLength": 11}, b=NUMBER | {"minimum": 0})),
    (OLD, members(a={"type": "string"}, b={"type": "number", "minimum": 1})),
    (OLD, members(a={"anyOf": [TEXT, {"type": "null"}]}, b=NUMBER)),
    (OLD, members(a={"type": ["string", "null"], "minLength": 1}, b=NUMBER)),
    (OLD, members(a=TEXT | {"title": "A", "description": "Better said."}, b=NUMBER)),
    ({"enum": ["x"]}, {"enum": ["y", "x"]}),
    ({"const": "x"}, {"enum": ["y", "x"]}),
    ({"enum": ["x", "y"]}, {"type": "string"}),
    (TEXT | {"pattern": "^a"}, TEXT),
    ({"type": "array", "items": TEXT}, {"type": "array"}),
    (members(a={"$ref": "#/$defs/A"}) | {"$defs": {"A": TEXT}}, members(a=TEXT)),
    ({"anyOf": [TEXT, NUMBER]}, {"anyOf": [NUMBER, {"type": "null"}, TEXT]}),
]
INCOMPATIBLE = [
    (OLD, members(("a", "b"), a=TEXT, b=NUMBER), "$.b: is required now"),
    (OLD, members(("a", "c"), a=TEXT, b=NUMBER, c=TEXT), "$.c: is required now"),
    (OLD, members(a=TEXT), "$.b: is gone"),
    (OLD, members(a=TEXT, b=TEXT), "$.b: integer has become string"),
    (OLD, members(a=TEXT | {"maxLength": 9}, b=NUMBER), "$.a: maxLength is 9 now"),
    (OLD, members(a=TEXT, b=NUMBER | {"minimum": 2}), "$.b: minimum is 2 now"),
    (OLD, members(a=TEXT | {"pattern": "^a"}, b=NUMBER), "$.a: pattern is new or another"),
    (OLD, members(a=TEXT, b=NUMBER | {"default": 3}), "$.b: left out, it means 3 now"),
    (OLD, OLD | {"additionalProperties": False}, "$.additionalProperties: only [] is taken now"),
    (OLD, OLD | {"additionalProperties": TEXT}, "$.additionalProperties: anything has become string"),
    (OLD, OLD | {"if": {"required": ["b"]}, "then": {"required": ["c"]}}, "$: if is new or another"),
    ({"enum": ["x", "y"]}, {"enum": ["y"]}, "$: 'x' is taken no more"),
    ({"const": "v1"}, {"const": "v2"}, "$: 'v1' is taken no more"),
    (TEXT, {"enum": ["x"]}, "$: only ['x'] is taken now"),
    ({"enum": ["x", 1]}, {"type": "string"}, "$: one of ['x', 1] has become string"),
    ({"type": "number"}, {"type": "integer"}, "$: number has become integer"),
    ({"anyOf": [TEXT, {"type": "null"}]}, TEXT, "$: null has become string"),
    ({"anyOf": [TEXT, NUMBER]}, {"anyOf": [TEXT, {"type": "null"}]}, "$: integer is taken no more"),
    ({"type": "array", "items": TEXT}, {"type": "array", "items": NUMBER}, "$.items: string has become integer"),
    ({"type": "array"}, {"type": "array", "maxItems": 3}, "$: maxItems is 3 now"),
    (members(a=OLD), members(a=members(a=TEXT)), "$.a.b: is gone"),
]


@pytest.mark.parametrize(("old", "new"), COMPATIBLE)
def test_what_takes_all_that_was_taken_is_compatible(old: Schema, new: Schema) -> None:
    assert narrowed(old, new) == []


@pytest.mark.parametrize(("old", "new", "reason"), INCOMPATIBLE)
def test_what_takes_less_is_not_and_says_where(old: Schema, new: Schema, reason: str) -> None:
    assert reason in narrowed(old, new)


@pytest.mark.parametrize(
    ("new", "reasons"),
    [
        (members(a=TEXT, b=NUMBER, c=TEXT), []),
        (members(("a", "b"), a=TEXT, b=NUMBER), []),
        (members(a=TEXT), ["$.b: is gone"]),
        (members((), a=TEXT, b=NUMBER), ["$.a: may be left out now"]),
    ],
)
def test_readers_find_what_they_found(new: Schema, reasons: list[str]) -> None:
    assert withheld(OLD, new) == reasons
    for wrap in (lambda each: members(x=each), lambda each: {"type": "array", "items": each}):
        assert [each.rpartition(".")[2] for each in withheld(wrap(OLD), wrap(new))] == [
            each.rpartition(".")[2] for each in reasons
        ]
    or_null = {"anyOf": [new, {"type": "null"}]}
    assert withheld({"anyOf": [OLD, {"type": "null"}]}, or_null) == reasons


@pytest.mark.parametrize("event", types())
def test_every_schema_of_ours_is_compatible_with_itself_and_not_without_a_member(event: Any) -> None:
    whole = schema(event)
    assert narrowed(whole, whole) == withheld(whole, whole) == []
    [data] = [each for name, each in whole["$defs"].items() if whole["properties"]["data"]["$ref"].endswith(f"/{name}")]
    for name in data["properties"]:
        other = deepcopy(whole)
        [of_other] = [each for each in other["$defs"].values() if each == data]
        del of_other["properties"][name]
        assert f"$.data.{name}: is gone" in narrowed(whole, other)
        assert f"$.data.{name}: is gone" in withheld(whole, other)
