"""A call as it is stored."""

from datetime import datetime

from ringback.fold.identity import KeyedRecord


class CallRecord(KeyedRecord, kw_only=True, eq=False):
    """It meets its conversation and its contact by number, on reading."""

    our_number: str
    participants: list[str]
    direction: str
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    duration_seconds: int | None = None
    status: str | None = None
    recording_url: str | None = None
    voicemail_url: str | None = None
    transcript: str | None = None
    summary: str | None = None
    conversation_source: str | None = None
    external_conversation_id: str | None = None

    @property
    def conversation_ref(self) -> tuple[str, str] | None:
        """The conversation as its source names it: one field in two columns."""
        if self.conversation_source is None or self.external_conversation_id is None:
            return None
        return (self.conversation_source, self.external_conversation_id)

    @conversation_ref.setter
    def conversation_ref(self, value: tuple[str, str]) -> None:
        self.conversation_source, self.external_conversation_id = value
