"""What the comparison of schemas lets pass, held against a validator over many small schemas and values."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ringback.events.publish.compatibility import Schema, narrowed

texts = st.builds(
    lambda least, most: {"type": "string", "minLength": least, "maxLength": most}, *[st.integers(0, 2)] * 2
)
numbers = st.builds(
    lambda kind, least: {"type": kind, "minimum": least}, st.sampled_from(["integer", "number"]), st.integers(0, 2)
)
enums = st.lists(st.sampled_from(["", "x", 1, None]), min_size=1, max_size=3, unique_by=repr).map(
    lambda each: {"enum": each}
)
leaves = texts | numbers | enums | st.just({"type": "null"}) | st.just({})


def nested(inner: Any) -> Any:
    objects = st.builds(
        lambda properties, required, more: (
            {"type": "object", "properties": properties, "required": sorted(required)} | more
        ),
        st.fixed_dictionaries({}, optional={"a": inner, "b": inner}),
        st.sets(st.sampled_from("ab")),
        st.just({}) | inner.map(lambda each: {"additionalProperties": each}),
    )
    return (
        objects
        | inner.map(lambda each: {"type": "array", "items": each})
        | st.lists(inner, min_size=1, max_size=2).map(lambda each: {"anyOf": each})
    )


schemas = st.recursive(leaves, nested, max_leaves=5)
values = st.recursive(
    st.sampled_from(["", "x", "xy", 0, 1, 1.5, None, True]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)


def declares_more(old: Any, new: Any) -> bool:
    """A name anywhere in the new that the old left open: that is compatible by convention, not by logic."""
    return names(new) - names(old) != set()


def names(node: Any, at: str = "") -> set[str]:
    match node:
        case dict():
            own = {f"{at}.{name}" for name in node.get("properties", {})}
            return own.union(*(names(each, f"{at}.{key}") for key, each in node.items()))
        case list():
            return set().union(*(names(each, f"{at}.{key}") for key, each in enumerate(node)))
    return set()


@settings(max_examples=300, deadline=None)
@given(old=schemas, new=schemas, told=st.lists(values, min_size=8, max_size=8))
def test_what_is_called_compatible_takes_every_value_that_was_taken(old: Schema, new: Schema, told: list[Any]) -> None:
    """Two schemas by chance seldom are, and so the old one is also tried with a keyword of the new, or as a choice."""
    for candidate in (new, {"anyOf": [new, old]}, *(old | {name: new[name]} for name in new if name in old)):
        if declares_more(old, candidate) or narrowed(old, candidate):
            continue
        before, after = Draft202012Validator(old), Draft202012Validator(candidate)
        for value in [*told, *({"a": each} for each in told), *([each] for each in told)]:
            assert after.is_valid(value) or not before.is_valid(value), value
