"""Conversations and messages as they are stored."""

from datetime import datetime

import msgspec

from ringback.fold.identity import KeyedRecord
from ringback.fold.naming import NamingRecord


class ConversationRecord(KeyedRecord, kw_only=True, eq=False):
    """A stub was made by a message, and waits for its own row."""

    our_number: str | None = None
    participants: list[str] = msgspec.field(default_factory=list)
    started_at: datetime | None = None
    last_message_at: datetime | None = None
    status: str | None = None
    name: str | None = None
    is_stub: bool = False


class MessageRecord(NamingRecord, kw_only=True, eq=False):
    """Its conversation is found on reading: by the name it gives it, or else by `conversation_key`, its numbers."""

    our_number: str
    participants: list[str]
    direction: str
    sent_at: datetime
    sender: str | None = None
    body: str | None = None
    status: str | None = None
    media_urls: list[str] = msgspec.field(default_factory=list)
    conversation_key: bytes | None = None
