"""A message as a source told it; columns of rules §2."""

from typing import Annotated, Literal

import msgspec

from ringback.events.envelope import STORABLE, Custom, Envelope, ExternalId, Participant, Source, Text, Time, Url

Direction = Literal["inbound", "outbound"]


class Message(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One telling of a message.

    `participants` are the other side, sorted; `sender` says which of several wrote an inbound message.
    """

    source: Source
    our_number: Participant
    participants: Annotated[list[Participant], msgspec.Meta(min_length=1)]
    direction: Direction
    sent_at: Time
    external_id: ExternalId | None = None
    external_conversation_id: ExternalId | None = None
    sender: Participant | None = None
    body: Annotated[str, msgspec.Meta(max_length=65_536, extra_json_schema=STORABLE)] | None = None
    status: Text | None = None
    media_urls: list[Url] = []
    custom: Custom = {}


class MessageRecorded(Envelope, tag="ringback.message.recorded.v1"):
    """On `messages.v1`."""

    data: Message
