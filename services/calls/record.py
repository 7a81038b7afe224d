"""A call as it is stored."""

from datetime import datetime

from ringback.fold.naming import NamingRecord


class CallRecord(NamingRecord, kw_only=True, eq=False):
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
