"""Bytes to events and back. CloudEvents are written in structured mode; binary mode is read too."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from ringback.events.calls import CallRecorded
from ringback.events.contacts import ContactRecorded
from ringback.events.conversations import ConversationRecorded
from ringback.events.envelope import Entity, Envelope, ImportId
from ringback.events.imports import ImportChanged, ImportClosed, RowRejected
from ringback.events.messages import MessageRecorded
from ringback.events.progress import ProgressChanged
from ringback.events.tallies import Tallied

#: Kafka's own may have no value.
Headers = Iterable[tuple[str, bytes | None]]
DomainEvent = ContactRecorded | ConversationRecorded | MessageRecorded | CallRecorded | RowRejected | ImportClosed

_encoder = msgspec.json.Encoder()

#: A sequence as a header spells it; any other text is left to the decoder to refuse.
_NUMBER = re.compile("[0-9]{1,18}")


class Unreadable(ValueError):
    """The record is not an event of its topic: it is a dead letter, whatever reads it."""


class Header(msgspec.Struct, kw_only=True):
    """As much of an event's envelope as can be read where its data cannot."""

    type: str
    tenant: str
    partitionkey: str
    importid: ImportId | None = None
    sequence: int | None = None
    dryrun: bool = False


class Codec:
    """Reads the events of one topic. Unknown fields are passed over, an unknown type or version is unreadable."""

    def __init__(self, *types: type[Envelope]) -> None:
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_union(types))

    def decode(self, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Any:
        """The event of a record; raises Unreadable, with the reason, also where key and tenant differ."""
        try:
            event = self._decoder.decode(_structured(value, headers))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Unreadable(str(error)) from error
        if key is None or event.tenant.encode() != key or event.partitionkey != event.tenant:
            raise Unreadable("the record's key, the tenant and the partitionkey differ")
        return event


def _union(types: tuple[type[Envelope], ...]) -> Any:
    union: Any = types[0]
    for each in types[1:]:
        union = union | each
    return union


CODECS: dict[Entity, Codec] = {
    "contacts": Codec(ContactRecorded, RowRejected, ImportClosed),
    "conversations": Codec(ConversationRecorded, RowRejected, ImportClosed),
    "messages": Codec(MessageRecorded, RowRejected, ImportClosed),
    "calls": Codec(CallRecorded, RowRejected, ImportClosed),
}
IMPORTS = Codec(ImportChanged)
TALLIES = Codec(Tallied)


class _Keyless(Codec):
    """progress.v1 is keyed by import, so its key says nothing of the tenant."""

    def decode(self, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Any:
        try:
            return self._decoder.decode(_structured(value, headers))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Unreadable(str(error)) from error


PROGRESS = _Keyless(ProgressChanged)


def encode(event: Envelope) -> bytes:
    """Structured mode, UTF-8 JSON."""
    return _encoder.encode(event)


def header(value: bytes | None, headers: Headers = ()) -> Header | None:
    """The envelope alone, or None where not even that can be read."""
    try:
        return msgspec.json.decode(_structured(value, headers), type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, Unreadable):
        return None


def _structured(value: bytes | None, headers: Headers) -> bytes:
    """A binary-mode record (attributes in `ce_` headers) as the structured one it stands for."""
    if value is None:
        raise Unreadable("a record without a value")
    if not headers:
        return value
    told = ((name[3:], text) for name, text in headers if text is not None and name.startswith("ce_"))
    attributes: dict[str, Any] = {name: text.decode() for name, text in told}
    if "specversion" not in attributes:
        return value
    if _NUMBER.fullmatch(attributes.get("sequence", "")):
        attributes["sequence"] = int(attributes["sequence"])
    if "dryrun" in attributes:
        attributes["dryrun"] = attributes["dryrun"] == "true"
    return _encoder.encode({**attributes, "data": msgspec.Raw(value)})
