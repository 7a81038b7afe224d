"""A call as the API shows it."""

from datetime import datetime

from ringback.http.records import RecordView


class CallView(RecordView):
    """`participants` are the other side, sorted; `duration_seconds` are whole seconds."""

    our_number: str
    direction: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    duration_seconds: int | None
    status: str | None
    recording_url: str | None
    voicemail_url: str | None
    transcript: str | None
    summary: str | None
    external_conversation_id: str | None
