"""A row of calls.csv."""

from ringback.events import Call
from services.ingest.parse.cells import Statuses, custom, optional_time, required_time, seconds, text, trimmed
from services.ingest.parse.columns import Columns
from services.ingest.parse.frame import ConversationOf, Frame
from services.ingest.parse.parties import PartiesReader
from services.ingest.parse.problems import Warning

STATUSES = Statuses(
    *("queued", "initiated", "ringing", "in-progress", "answered", "forwarded", "completed", "voicemail"),
    *("missed", "no-answer", "busy", "canceled", "abandoned", "failed"),
)


def _one(cell: str) -> list[str]:
    """A call's `to` is one number, not a list."""
    return [cell]


class CallReader:
    """Made once for a file: positions are looked up here, not in every row."""

    def __init__(self, columns: Columns, frame: Frame, conversation_of: ConversationOf) -> None:
        self._source, self._zone = frame.source, frame.zone
        self._parties = PartiesReader(columns, frame, conversation_of, _one)
        self._id = columns.at("external_call_id")
        self._conversation = columns.at("external_conversation_id")
        self._started, self._answered = columns.at("started_at"), columns.at("answered_at")
        self._ended, self._duration = columns.at("ended_at"), columns.at("duration_seconds")
        self._status = columns.at("status")
        self._recording, self._voicemail = columns.at("recording_url"), columns.at("voicemail_url")
        self._transcript, self._summary = columns.at("transcript"), columns.at("summary")
        self._custom = columns.custom

    def read(self, cells: list[str], warnings: list[Warning]) -> Call:
        """Raises RowFails. Times other than `started_at`, and the duration, never fail a call (decision 1)."""
        our_number, participants, direction, _ = self._parties.read(cells)
        zone = self._zone
        return Call(
            source=self._source,
            our_number=our_number,
            participants=list(participants),
            direction=direction,
            started_at=required_time(cells[self._started], zone, "started_at"),
            external_id=trimmed(cells[self._id]),
            external_conversation_id=trimmed(cells[self._conversation]),
            answered_at=optional_time(cells[self._answered], zone, "answered_at", warnings),
            ended_at=optional_time(cells[self._ended], zone, "ended_at", warnings),
            duration_seconds=seconds(cells[self._duration], "duration_seconds", warnings),
            status=STATUSES.read(cells[self._status]),
            recording_url=trimmed(cells[self._recording]),
            voicemail_url=trimmed(cells[self._voicemail]),
            transcript=text(cells[self._transcript]),
            summary=text(cells[self._summary]),
            custom=custom(cells, self._custom),
        )
