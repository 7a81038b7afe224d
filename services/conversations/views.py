"""Conversations and messages as the API shows them."""

from datetime import datetime

from ringback.http.records import RecordView


class ConversationView(RecordView):
    """`is_stub`: so far only messages speak of it. `participants` are the other side, sorted."""

    our_number: str | None
    started_at: datetime | None
    last_message_at: datetime | None
    status: str | None
    name: str | None
    is_stub: bool


class MessageView(RecordView):
    """`sender` says who of several participants wrote an inbound message, where that is known.

    `conversation_id` is the one in whose list it stands, by its name or its numbers (rules §4), if there is one.
    """

    our_number: str
    direction: str
    sender: str | None
    body: str | None
    sent_at: datetime
    status: str | None
    media_urls: list[str]
    external_conversation_id: str | None
    conversation_id: int | None
