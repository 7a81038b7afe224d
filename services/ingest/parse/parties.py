"""Who spoke to whom, and which way: `from`, `to` and `direction` of messages and calls (rules §2, decision 1)."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ringback.events.messages import Direction
from ringback.phones import participant
from services.ingest.parse.cells import number_code
from services.ingest.parse.columns import Columns
from services.ingest.parse.frame import ConversationOf, Frame
from services.ingest.parse.problems import RowFails

DIRECTIONS: dict[str, Direction] = {
    **dict.fromkeys(("inbound", "incoming", "in", "received"), "inbound"),
    **dict.fromkeys(("outbound", "outgoing", "out", "sent"), "outbound"),
}
#: Twilio's own words besides, in its logs.
_OF_TWILIO = (f"outbound-{how}" for how in ("api", "call", "reply", "dial"))
_OF_TABLES: dict[str, Direction] = {**DIRECTIONS, **dict.fromkeys(_OF_TWILIO, "outbound")}

#: Who talks to whom repeats from row to row; a miss costs some 3 µs above its numbers, a hit 0.1.
_CACHED = 1 << 15
_LONGEST_CACHED = 100


class Parties(NamedTuple):
    """`participants` are the other side, sorted; `sender` says who of several wrote what came in."""

    our_number: str
    participants: tuple[str, ...]
    direction: Direction
    sender: str | None


class PartiesReader:
    """Reads a file's parties. Cells that are too long to repeat are not cached, so that memory stays flat."""

    def __init__(
        self, columns: Columns, frame: Frame, conversation_of: ConversationOf, split: Callable[[str], list[str]]
    ) -> None:
        """`split` makes the numbers of `to` out of its cell."""
        self._frame, self._split = frame, split
        self._conversation_of = conversation_of
        self._from, self._to = columns.at("from"), columns.at("to")
        self._direction = columns.at("direction")
        self._directions = _OF_TABLES if columns.mapped else DIRECTIONS
        self._conversation = columns.at("external_conversation_id")
        self._cached_between = lru_cache(_CACHED)(self._between)

    def read(self, cells: list[str]) -> Parties:
        """Raises RowFails where the row and its conversation do not say it."""
        sender, receivers, word = cells[self._from], cells[self._to], cells[self._direction]
        said = self._directions.get(word) or self._directions.get(word.strip().lower())
        if len(sender) + len(receivers) <= _LONGEST_CACHED:
            return self._cached_between(sender, receivers, said) or self._in_conversation(cells, said)
        return self._between(sender, receivers, said) or self._in_conversation(cells, said)

    def _between(self, sender: str, receivers: str, said: Direction | None) -> Parties | None:
        """By the row alone, or None where it lacks one side."""
        source = self._number(sender, "from") if sender.strip() else None
        targets = self._numbers(receivers) if receivers.strip() else []
        if source is None or not targets:
            return None
        way = said or self._way(source, targets)
        if way == "outbound":
            return Parties(source, tuple(sorted(set(targets))), way, None)
        own = self._frame.own_numbers
        ours = next((each for each in targets if each in own), targets[0])
        others = tuple(sorted({source, *(each for each in targets if each != ours)}))
        return Parties(ours, others, way, source if len(others) > 1 else None)

    def _in_conversation(self, cells: list[str], said: Direction | None) -> Parties:
        """Both sides from the conversation's row; the way from the row's own cells still."""
        sender, receivers = cells[self._from], cells[self._to]
        external_id = cells[self._conversation].strip()
        sides = self._conversation_of(external_id) if external_id else None
        if sides is None:
            raise RowFails("missing_to", "to") if sender.strip() else RowFails("missing_from", "from")
        source = self._number(sender, "from") if sender.strip() else None
        targets = self._numbers(receivers) if receivers.strip() else []
        way = said or self._way(source, targets)
        several = way == "inbound" and len(sides.participants) > 1
        return Parties(
            sides.our_number,
            sides.participants,
            way,
            source if several and source in sides.participants else None,
        )

    def _way(self, source: str | None, targets: Sequence[str]) -> Direction:
        """Where the column does not say it, by the tenant's own numbers."""
        own = self._frame.own_numbers
        if source in own:
            return "outbound"
        if any(each in own for each in targets):
            return "inbound"
        raise RowFails("no_direction", "direction")

    def _number(self, cell: str, column: str) -> str:
        number = participant(cell, self._frame.region)
        if number is None:
            raise RowFails(number_code(cell), column, cell)
        return number

    def _numbers(self, cell: str) -> list[str]:
        """Every number of `to`: one that is none fails the row, since a set with one missing is another set."""
        numbers = [self._number(each, "to") for each in self._split(cell)]
        if not numbers:
            raise RowFails("bad_number", "to", cell)
        return numbers
