"""A row of conversations.csv."""

from ringback.events import Conversation
from ringback.phones import participant
from services.ingest.parse.cells import custom, number_code, optional_time, participants, parts, text, trimmed
from services.ingest.parse.columns import Columns
from services.ingest.parse.frame import ConversationOf, Frame
from services.ingest.parse.problems import RowFails, Warning, warning


class ConversationReader:
    """Made once for a file: positions are looked up here, not in every row."""

    def __init__(self, columns: Columns, frame: Frame, conversation_of: ConversationOf) -> None:
        self._source, self._region, self._zone = frame.source, frame.region, frame.zone
        self._id = columns.at("external_conversation_id")
        self._others, self._ours = columns.at("contact_phone"), columns.at("our_number")
        self._started, self._last = columns.at("started_at"), columns.at("last_message_at")
        self._status, self._name = columns.at("status"), columns.at("name")
        self._custom = columns.custom

    def read(self, cells: list[str], warnings: list[Warning]) -> Conversation:
        """Raises RowFails where the row has neither an id nor usable numbers (rules §3)."""
        external_id = trimmed(cells[self._id])
        ours = participant(cells[self._ours], self._region)
        others = participants(cells[self._others], self._region)
        if external_id is None:
            self._need_numbers(cells, ours, others)
        else:
            self._warn_of_numbers(cells, ours, others, warnings)
        return Conversation(
            source=self._source,
            external_id=external_id,
            our_number=ours,
            participants=list(others or ()),
            started_at=optional_time(cells[self._started], self._zone, "started_at", warnings),
            last_message_at=optional_time(cells[self._last], self._zone, "last_message_at", warnings),
            status=text(cells[self._status]),
            name=text(cells[self._name]),
            custom=custom(cells, self._custom),
        )

    def _need_numbers(self, cells: list[str], ours: str | None, others: tuple[str, ...] | None) -> None:
        for column, at, number in (("contact_phone", self._others, others), ("our_number", self._ours, ours)):
            if number is None:
                cell = cells[at]
                raise RowFails(self._code(cell) if text(cell) else "no_id_or_numbers", column, cell)

    def _code(self, cell: str) -> str:
        """Of a list, by its first part that is no number."""
        return number_code(next((each for each in parts(cell) if participant(each, self._region) is None), cell))

    def _warn_of_numbers(
        self, cells: list[str], ours: str | None, others: tuple[str, ...] | None, warnings: list[Warning]
    ) -> None:
        for column, at, number in (("contact_phone", self._others, others), ("our_number", self._ours, ours)):
            if number is None and text(cells[at]) is not None:
                warnings.append(warning("unusable_numbers", column, cells[at]))
