"""Bytes to events and back. CloudEvents are written in structured mode; binary mode is read too."""

from typing import Any, TypeVar

import msgspec

from ringback.events import topics
from ringback.events.binding import Headers, Unreadable, respelled, structured
from ringback.events.calls import CallRecorded
from ringback.events.contacts import ContactRecorded
from ringback.events.conversations import ConversationRecorded
from ringback.events.envelope import Entity, Envelope, ImportId
from ringback.events.imports import ImportChanged, ImportClosed, ImportUndone, RowRejected
from ringback.events.messages import MessageRecorded
from ringback.events.progress import ProgressChanged
from ringback.events.tallies import Tallied

__all__ = [
    "CODECS",
    "IMPORTS",
    "OF_TOPIC",
    "PROGRESS",
    "TALLIES",
    "Codec",
    "DomainEvent",
    "Header",
    "Headers",
    "Unreadable",
    "encode",
    "header",
]

DomainEvent = (
    ContactRecorded | ConversationRecorded | MessageRecorded | CallRecorded | RowRejected | ImportClosed | ImportUndone
)
T = TypeVar("T")

_MALFORMED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_encoder = msgspec.json.Encoder()


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
        self.types = types
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_union(types))

    def decode(self, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Any:
        """The event of a record; raises Unreadable, with the reason, also where key and tenant differ."""
        event = _read(self._decoder, value, headers)
        if key is None or event.tenant.encode() != key or event.partitionkey != event.tenant:
            raise Unreadable("the record's key, the tenant and the partitionkey differ")
        return event


def _union(types: tuple[type[Envelope], ...]) -> Any:
    union: Any = types[0]
    for each in types[1:]:
        union = union | each
    return union


def _read(decoder: msgspec.json.Decoder[T], value: bytes | None, headers: Headers) -> T:
    try:
        return decoder.decode(structured(value, headers))
    except msgspec.ValidationError as error:
        return _read_respelled(decoder, structured(value, headers), error)
    except _MALFORMED as error:
        raise Unreadable(str(error)) from error


def _read_respelled(decoder: msgspec.json.Decoder[T], event: bytes, reason: Exception) -> T:
    try:
        in_our_spelling = respelled(event)
        if in_our_spelling is not None:
            return decoder.decode(in_our_spelling)
    except _MALFORMED as error:
        reason = error
    raise Unreadable(str(reason)) from reason


class _Keyless(Codec):
    """progress.v1 is keyed by import, so its key says nothing of the tenant."""

    def decode(self, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Any:
        return _read(self._decoder, value, headers)


CODECS: dict[Entity, Codec] = {
    "contacts": Codec(ContactRecorded, RowRejected, ImportClosed, ImportUndone),
    "conversations": Codec(ConversationRecorded, RowRejected, ImportClosed, ImportUndone),
    "messages": Codec(MessageRecorded, RowRejected, ImportClosed, ImportUndone),
    "calls": Codec(CallRecorded, RowRejected, ImportClosed, ImportUndone),
}
IMPORTS = Codec(ImportChanged)
TALLIES = Codec(Tallied)
PROGRESS = _Keyless(ProgressChanged)

#: Every topic of events; dead letters are whatever came.
OF_TOPIC: dict[topics.Topic, Codec] = {
    **{topics.OF_ENTITY[entity]: codec for entity, codec in CODECS.items()},
    topics.IMPORTS: IMPORTS,
    topics.TALLIES: TALLIES,
    topics.PROGRESS: PROGRESS,
}

_header_decoder = msgspec.json.Decoder(Header)


def encode(event: Envelope) -> bytes:
    """Structured mode, UTF-8 JSON."""
    return _encoder.encode(event)


def header(value: bytes | None, headers: Headers = ()) -> Header | None:
    """The envelope alone, or None where not even that can be read."""
    try:
        return _read(_header_decoder, value, headers)
    except Unreadable:
        return None
