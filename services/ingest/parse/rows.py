"""A file's rows as events' data: each row of the file comes out once, good or bad, in order."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from ringback.events import Call, Contact, Conversation, Entity, Message
from services.ingest.parse.calls import CallReader
from services.ingest.parse.columns import Columns, columns
from services.ingest.parse.contacts import ContactReader
from services.ingest.parse.conversations import ConversationReader
from services.ingest.parse.defaults import Filling
from services.ingest.parse.frame import Chunked, ConversationOf, Frame, Sides, Survey, no_conversations
from services.ingest.parse.messages import MessageReader
from services.ingest.parse.opening import rows_of
from services.ingest.parse.problems import RowFails, Warning
from services.ingest.parse.shape import Shape
from services.ingest.parse.table import Row, quote_line

Data = Contact | Conversation | Message | Call


class Good(NamedTuple):
    """A row that became an event's data; `line` is where it begins in the file."""

    number: int
    line: int
    data: Data
    warnings: tuple[Warning, ...]


class Bad(NamedTuple):
    """A row that failed; `line` is where it begins, or where the quote opened that is never closed.

    `cells` are as the file has them: they may hold U+0000 and surrogates, which no database takes.
    """

    number: int
    line: int
    code: str
    column: str | None
    message: str
    cells: list[str]


class _Reader(Protocol):
    def read(self, cells: list[str], warnings: list[Warning]) -> Data: ...


class _Maker(Protocol):
    def __call__(self, columns: Columns, frame: Frame, conversation_of: ConversationOf) -> _Reader: ...


_READERS: dict[Entity, _Maker] = {
    "contacts": ContactReader,
    "conversations": ConversationReader,
    "messages": MessageReader,
    "calls": CallReader,
}


def read(
    member: Chunked,
    entity: Entity,
    frame: Frame,
    survey: Survey,
    conversation_of: ConversationOf = no_conversations,
    start_row: int = 1,
    only: Sequence[int] | None = None,
) -> Iterator[Good | Bad]:
    """The rows from `start_row` on, of all or `only` some; those before are counted, not read."""
    rows = _Rows(entity, frame, columns(entity, survey.header, survey.mapping), conversation_of)
    for row in rows_of(member, survey, only):
        if row.number >= start_row:
            yield rows.read(row)


def conversation_keys(member: Chunked, frame: Frame, survey: Survey) -> Iterator[tuple[str, Sides]]:
    """(external id, natural key) of every usable row of a conversations.csv, in order."""
    for row in read(member, "conversations", frame, survey):
        if isinstance(row, Bad) or not isinstance(row.data, Conversation):
            continue
        data = row.data
        if data.external_id and data.our_number and data.participants:
            yield data.external_id, Sides(data.our_number, tuple(data.participants))


class _Rows:
    """What every row goes through, whatever it tells: shape, length, columns, size (decision 1)."""

    def __init__(self, entity: Entity, frame: Frame, columns: Columns, conversation_of: ConversationOf) -> None:
        self._columns = columns
        self._shape = Shape(columns)
        self._filling = Filling(columns, frame.defaults if entity == "contacts" else {})
        self._reader = _READERS[entity](self._filling.columns, frame, conversation_of)

    def read(self, row: Row) -> Good | Bad:
        warnings: list[Warning] = []
        try:
            size = self._shape.check(row)
            cells = self._filling.filled(self._shape.padded(row.cells))
            data = self._reader.read(cells, warnings)
            self._shape.check_event(size + self._filling.size, data)
        except RowFails as failure:
            return self._bad(row, failure)
        return Good(row.number, row.line, data, tuple(warnings))

    def _bad(self, row: Row, failure: RowFails) -> Bad:
        line = quote_line(row) if failure.code == "unclosed_quote" else row.line
        column = self._columns.called(failure.column)
        return Bad(row.number, line, failure.code, column, failure.message(column), row.cells)
