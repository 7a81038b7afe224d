"""A type of event as a JSON Schema (2020-12) that stands alone: what a producer may write, and a reader will find."""

import inspect
from typing import Any

import msgspec

from ringback.events.codec import CODECS
from ringback.events.envelope import Envelope

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NULL = {"type": "null"}

#: A row of an import without its place in the file is a dead letter (`ringback.ledger.reading`).
ROW_HAS_SEQUENCE = {
    "if": {"properties": {"importid": {"type": "string"}}, "required": ["importid"]},
    "then": {"properties": {"sequence": {"type": "integer"}}, "required": ["sequence"]},
}

Schema = dict[str, Any]


def type_of(event: type[Envelope]) -> str:
    """The CloudEvents `type`, which is also the name of its files."""
    return str(event.__struct_config__.tag)


def schema(event: type[Envelope]) -> Schema:
    """Unknown members are allowed everywhere, as our readers pass over them."""
    [_], defs = msgspec.json.schema_components([event], ref_template="#/$defs/{name}")
    whole = _plain(defs.pop(event.__name__))
    whole["properties"] = _attributes(whole)
    head = {"$schema": DIALECT, "$id": f"urn:ringback:{type_of(event)}", "title": type_of(event)}
    rules = ROW_HAS_SEQUENCE if _may_be_a_row(event, whole) else {}
    return {**head, **{name: whole[name] for name in whole if name != "title"}, **rules, "$defs": _plain(defs)}


def _attributes(envelope: Schema) -> Schema:
    """In CloudEvents' JSON an attribute may be null instead of absent (§2.2). `data`, which is none, comes last."""
    attributes = {name: each for name, each in envelope["properties"].items() if name != "data"}
    for name, each in attributes.items():
        if name not in envelope["required"] and NULL not in each.get("anyOf", ()):
            told = {key: each.pop(key) for key in ("description", "default") if key in each}
            attributes[name] = {"anyOf": [each, NULL], **told}
    return {**attributes, "data": envelope["properties"]["data"]}


def _may_be_a_row(event: type[Envelope], envelope: Schema) -> bool:
    return "importid" not in envelope["required"] and any(event in codec.types for codec in CODECS.values())


def _plain(node: Any) -> Any:
    """As people write it: a value that is the only one as `const`, docstrings without their indentation."""
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    plain = {name: _plain(value) for name, value in node.items()}
    match plain:
        case {"enum": [only]}:
            plain = {"const": only, **{name: value for name, value in plain.items() if name != "enum"}}
    if isinstance(plain.get("description"), str):
        plain["description"] = inspect.cleandoc(plain["description"])
    return plain


def schema_of_headers(struct: type[msgspec.Struct]) -> Schema:
    """A record's headers, which are all text."""
    [_], defs = msgspec.json.schema_components([struct])
    whole: Schema = _plain(defs[struct.__name__])
    return {**whole, "properties": {name: {"type": "string"} for name in whole["properties"]}}
