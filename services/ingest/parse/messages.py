"""A row of messages.csv."""

from ringback.events import Message
from services.ingest.parse.cells import Statuses, custom, parts, required_time, text, trimmed
from services.ingest.parse.columns import Columns
from services.ingest.parse.frame import ConversationOf, Frame
from services.ingest.parse.parties import PartiesReader
from services.ingest.parse.problems import Warning

STATUSES = Statuses("queued", "sending", "sent", "delivered", "received", "undelivered", "failed")


class MessageReader:
    """Made once for a file: positions are looked up here, not in every row."""

    def __init__(self, columns: Columns, frame: Frame, conversation_of: ConversationOf) -> None:
        self._source, self._zone = frame.source, frame.zone
        self._parties = PartiesReader(columns, frame, conversation_of, parts)
        self._id = columns.at("external_message_id")
        self._conversation = columns.at("external_conversation_id")
        self._body, self._sent = columns.at("body"), columns.at("sent_at")
        self._status, self._media = columns.at("status"), columns.at("media_urls")
        self._custom = columns.custom

    def read(self, cells: list[str], warnings: list[Warning]) -> Message:
        """Raises RowFails. A message without time, from/to or direction is none (rules §3)."""
        our_number, participants, direction, sender = self._parties.read(cells)
        media = cells[self._media]
        return Message(
            source=self._source,
            our_number=our_number,
            participants=list(participants),
            direction=direction,
            sent_at=required_time(cells[self._sent], self._zone, "sent_at"),
            external_id=trimmed(cells[self._id]),
            external_conversation_id=trimmed(cells[self._conversation]),
            sender=sender,
            body=text(cells[self._body]),
            status=STATUSES.read(cells[self._status]),
            media_urls=parts(media) if media else [],
            custom=custom(cells, self._custom) if self._custom else {},
        )
