"""A conversation as a source told it; columns of rules §2."""

import msgspec

from ringback.events.envelope import Custom, Envelope, ExternalId, Participant, Source, Text, Time


class Conversation(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One telling of a conversation: an external id, or our number and the participants (sorted), or all."""

    source: Source
    external_id: ExternalId | None = None
    our_number: Participant | None = None
    participants: list[Participant] = []
    started_at: Time | None = None
    last_message_at: Time | None = None
    status: Text | None = None
    name: Text | None = None
    custom: Custom = {}


class ConversationRecorded(Envelope, tag="ringback.conversation.recorded.v1"):
    """On `conversations.v1`."""

    data: Conversation
