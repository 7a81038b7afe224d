"""Whether a type of event may change as it did: pure comparisons of its JSON Schema before and after.

They look at how the schemas are written, so they may refuse a change that would do, but let none pass that would not.
A member that is declared anew and may be left out is no narrowing, though someone may have used its name before.
"""

import json
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_SAYS_NOTHING = frozenset({"$schema", "$id", "$defs", "title", "description", "default", "examples"})
_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_COMPARED = frozenset(
    {"type", "enum", "const", "required", "properties", "additionalProperties", "items", *_LEAST, *_MOST}
)


def narrowed(old: Schema, new: Schema) -> list[str]:
    """For writers: where `new` refuses, passes over or takes otherwise what `old` took."""
    return list(_Comparison(old, new).narrowed(old, new, "$"))


def withheld(old: Schema, new: Schema) -> list[str]:
    """For readers: members that they always found, and may miss now."""
    return list(_Comparison(old, new).withheld(old, new, "$"))


class _Comparison:
    """Of two schemas, each with definitions of its own."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new

    def narrowed(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        olds, news = _alternatives(old, self._old), _alternatives(new, self._new)
        for each in olds:
            reasons = [list(self._one(each, other, at)) for other in news]
            if all(reasons):
                yield from reasons[0] if len(news) == 1 else [f"{at}: {_kind(each)} is taken no more"]

    def _one(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        yield from _kinds(old, new, at)
        yield from _bounds(old, new, at)
        for name in sorted(new.keys() - _COMPARED - _SAYS_NOTHING):
            if new[name] != old.get(name):
                yield f"{at}: {name} is new or another"
        yield from (f"{at}.{name}: is required now" for name in _required(new) if name not in _required(old))
        yield from self._members(old, new, at)
        for name in ("items", "additionalProperties"):
            if name in new:
                yield from self.narrowed(_whole(old.get(name, True)), _whole(new[name]), f"{at}.{name}")

    def _members(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        for name, member in old.get("properties", {}).items():
            if name not in new.get("properties", {}):
                yield f"{at}.{name}: is gone"
                continue
            other = new["properties"][name]
            yield from self.narrowed(member, other, f"{at}.{name}")
            if member.get("default") != other.get("default"):
                yield f"{at}.{name}: left out, it means {other.get('default')!r} now"

    def withheld(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        for each in _alternatives(old, self._old):
            others = [other for other in _alternatives(new, self._new) if _kind(other) == _kind(each)]
            reasons = [list(self._missing(each, other, at)) for other in others]
            if all(reasons):
                yield from min(reasons, key=len, default=[])

    def _missing(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        for name, member in old.get("properties", {}).items():
            if name not in new.get("properties", {}):
                yield f"{at}.{name}: is gone"
                continue
            if name in _required(old) and name not in _required(new):
                yield f"{at}.{name}: may be left out now"
            yield from self.withheld(member, new["properties"][name], f"{at}.{name}")
        for name in ("items", "additionalProperties"):
            if isinstance(old.get(name), dict) and isinstance(new.get(name), dict):
                yield from self.withheld(old[name], new[name], f"{at}.{name}")


def _alternatives(node: Schema, whole: Schema) -> list[Schema]:
    """What may stand there, one by one: references followed, `anyOf` and several types taken apart."""
    if "$ref" in node:
        return _alternatives(whole["$defs"][node["$ref"].rpartition("/")[2]], whole)
    rest = {name: value for name, value in node.items() if name != "anyOf" and name not in _SAYS_NOTHING}
    if "anyOf" in node:
        return [{**each, **rest} for branch in node["anyOf"] for each in _alternatives(branch, whole)]
    if isinstance(rest.get("type"), list):
        return [{**rest, "type": each} for each in rest["type"]]
    return [rest]


def _whole(schema: Schema | bool) -> Schema:
    """`true` and `false` are schemas too."""
    return {} if schema is True else {"enum": []} if schema is False else schema


def _kinds(old: Schema, new: Schema, at: str) -> Iterator[str]:
    allowed, allows = _values(old), _values(new)
    if allowed is not None and allows is not None:
        known = set(map(json.dumps, allows))
        yield from (f"{at}: {value!r} is taken no more" for value in allowed if json.dumps(value) not in known)
    elif allows is not None:
        yield f"{at}: only {allows!r} is taken now"
    if "type" in new and old.get("type") != new["type"] and not _are_of(old, new["type"]):
        yield f"{at}: {_kind(old)} has become {_kind(new)}"


def _are_of(old: Schema, kind: str) -> bool:
    """Whole numbers are numbers, and what was one of a few texts is text."""
    values = _values(old)
    if values is not None and kind == "string":
        return all(isinstance(each, str) for each in values)
    return (old.get("type"), kind) == ("integer", "number")


def _bounds(old: Schema, new: Schema, at: str) -> Iterator[str]:
    for name in _LEAST:
        if name in new and (name not in old or new[name] > old[name]):
            yield f"{at}: {name} is {new[name]} now"
    for name in _MOST:
        if name in new and (name not in old or new[name] < old[name]):
            yield f"{at}: {name} is {new[name]} now"


def _values(node: Schema) -> list[Any] | None:
    return [node["const"]] if "const" in node else node.get("enum")


def _required(node: Schema) -> list[str]:
    return list(node.get("required", ()))


def _kind(node: Schema) -> str:
    values = _values(node)
    return str(node.get("type", "anything")) if values is None else f"one of {values}"
