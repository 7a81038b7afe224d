"""A call as a source told it; columns of rules §2."""

from typing import Annotated

import msgspec

from ringback.events.envelope import Custom, Envelope, ExternalId, LongText, Participant, Source, Text, Time, Url
from ringback.events.messages import Direction


class Call(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One telling of a call. `participants` are the other side, sorted; `duration_seconds` is whole seconds."""

    source: Source
    our_number: Participant
    participants: Annotated[list[Participant], msgspec.Meta(min_length=1)]
    direction: Direction
    started_at: Time
    external_id: ExternalId | None = None
    external_conversation_id: ExternalId | None = None
    answered_at: Time | None = None
    ended_at: Time | None = None
    duration_seconds: Annotated[int, msgspec.Meta(ge=0, le=2_147_483_647)] | None = None
    status: Text | None = None
    recording_url: Url | None = None
    voicemail_url: Url | None = None
    transcript: LongText | None = None
    summary: LongText | None = None
    custom: Custom = {}


class CallRecorded(Envelope, tag="ringback.call.recorded.v1"):
    """On `calls.v1`."""

    data: Call
