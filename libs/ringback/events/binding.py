"""CloudEvents' Kafka binding, read: whatever mode a record is in, its event as structured JSON.

Structured mode is told by a `content-type` of `application/cloudevents+json`, binary mode by `ce_` headers without it.
A record with neither is taken for structured JSON too, since many producers send that without a header. Names of
headers are compared as they stand (the binding has them in lower case), and values are UTF-8, never percent-encoded.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Any

import msgspec

#: Kafka's own may have no value.
Headers = Iterable[tuple[str, bytes | None]]

STRUCTURED = "application/cloudevents+json"
_CLOUDEVENTS = "application/cloudevents"
#: What we write with an event, for readers that tell the modes apart by it. Not with the rows of an import, where it
#: would be the one header of each: they are read by us, and without one. A list, since the client takes no other.
HEADERS: list[tuple[str, bytes | None]] = [("content-type", STRUCTURED.encode())]

#: A sequence as a header spells it; any other text is left to the decoder to refuse.
_NUMBER = re.compile("[0-9]{1,18}")
_BOOLEANS = {"true": True, "false": False}
_JSON = re.compile(r"[^/]+/([^/]+\+)?json")

_encoder = msgspec.json.Encoder()
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Unreadable(ValueError):
    """The record is not an event of its topic: it is a dead letter, whatever reads it."""


def structured(value: bytes | None, headers: Headers = ()) -> bytes:
    """The event as structured JSON, not looked into yet; raises Unreadable, or UnicodeDecodeError for a header."""
    if value is None:
        raise Unreadable("a record without a value")
    if not headers:
        return value
    told = {name: text.decode() for name, text in headers if text is not None and _is_ours(name)}
    media = told.pop("content-type", "").partition(";")[0].strip().lower()
    if media.startswith(_CLOUDEVENTS):
        if media != STRUCTURED:
            raise Unreadable(f"events are read as {STRUCTURED}, and this one is {media}")
        return value
    if "ce_specversion" not in told:
        return value
    if media and not _JSON.fullmatch(media):
        raise Unreadable(f"an event's data is read as JSON, and this one's is {media}")
    attributes = {name.removeprefix("ce_"): text for name, text in told.items()}
    return _encoder.encode({**attributes, **_typed(attributes), "data": msgspec.Raw(value)})


def _is_ours(name: str) -> bool:
    return name == "content-type" or name.startswith("ce_")


def _typed(attributes: dict[str, str]) -> dict[str, Any]:
    """Headers are text; of our attributes two are not. What is neither is left for the decoder to refuse."""
    typed: dict[str, Any] = {}
    if _NUMBER.fullmatch(attributes.get("sequence", "")):
        typed["sequence"] = int(attributes["sequence"])
    if attributes.get("dryrun") in _BOOLEANS:
        typed["dryrun"] = _BOOLEANS[attributes["dryrun"]]
    return typed


def respelled(event: bytes) -> bytes | None:
    """The event as we spell it, or None where it already is.

    CloudEvents' JSON may say null for what is absent, and hold the data as Base64. Few do, so that this is only asked
    once an event could not be read as it stands.
    """
    members = _members.decode(event)
    kept = {name: value for name, value in members.items() if name == "data" or bytes(value) != b"null"}
    if "data" not in kept and "data_base64" in kept:
        kept["data"] = _from_base64(kept.pop("data_base64"))
    return None if kept.keys() == members.keys() else _encoder.encode(kept)


def _from_base64(value: msgspec.Raw) -> msgspec.Raw:
    try:
        return msgspec.Raw(base64.b64decode(msgspec.json.decode(value, type=str), validate=True))
    except binascii.Error as error:
        raise Unreadable("data_base64 is not Base64") from error
