"""The rows of one file by their numbers: the unacknowledged ones from memory, those behind from the spool."""

from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice

from ringback.events import ImportClose
from services.ingest.parse.rows import Bad, Good
from services.ingest.sender.encoding import Encoder

Read = Callable[[int], Iterator[Good | Bad]]
Note = Callable[[list[Good | Bad]], Awaitable[None]]

#: Bytes of encoded rows that are kept until they are acknowledged; a row is 512 KB at most, and usually half of one.
MOST_KEPT = 16_777_216
#: Bytes after which a slice ends before its count of rows is reached.
SLICE_BYTES = 524_288


class SpoolChanged(Exception):
    """The file has fewer rows than were counted: what lies in the spool is not what was accepted."""


class Rows:
    """A file without rows has its close alone, which is number rows + 1 and as good a row as any here."""

    def __init__(self, rows: int, read: Read, encoder: Encoder, close: ImportClose, note: Note) -> None:
        """`read` opens the file at a row; `note` keeps what is to be said of rows, before they are sent."""
        self._last = rows + 1
        self._read, self._note = read, note
        self._encoder, self._close = encoder, close
        self._parser: Iterator[Good | Bad] | None = None
        self._kept: deque[bytes] = deque()
        self._first = 1
        self._bytes = 0

    @property
    def _next(self) -> int:
        return self._first + len(self._kept)

    def forget(self, acknowledged: int) -> None:
        """They will not be asked for again."""
        while self._kept and self._first <= acknowledged:
            self._bytes -= len(self._kept.popleft())
            self._first += 1

    async def take(self, first: int, most: int) -> list[bytes]:
        """Some of the rows from `first` on; none where memory is full of unacknowledged ones."""
        if not self._first <= first <= self._next:
            self._reopen(first)
        if first == self._next:
            await self._parse(most)
        start = first - self._first
        return list(islice(self._kept, start, start + most))

    def close_anywhere(self, close: ImportClose) -> bytes:
        """The close of a file that goes no further."""
        return self._encoder.close(None, close)

    def _reopen(self, first: int) -> None:
        self._kept.clear()
        self._first, self._bytes, self._parser = first, 0, None

    async def _parse(self, most: int) -> None:
        if self._bytes >= MOST_KEPT:
            return
        first = self._next
        rows = min(most, self._last - first)
        values, remarkable = self._slice(first, rows)
        if rows and not values:
            raise SpoolChanged(f"row {first} of {self._last - 1} is not there")
        if remarkable:
            await self._note(remarkable)
        if first + len(values) == self._last and len(values) < most:
            values.append(self._encoder.close(self._last, self._close))
        self._kept.extend(values)
        self._bytes += sum(map(len, values))

    def _slice(self, first: int, most: int) -> tuple[list[bytes], list[Good | Bad]]:
        """Encoded rows, and those of them of which something must be kept; the loop that everything waits for."""
        if self._parser is None and most:
            self._parser = self._read(first)
        recorded, size = self._encoder.recorded, 0
        values: list[bytes] = []
        remarkable: list[Good | Bad] = []
        for row in islice(self._parser or (), most):
            if isinstance(row, Good):
                value = recorded(row.number, row.data)
                if row.warnings:
                    remarkable.append(row)
            else:
                value = self._encoder.rejected(row.number, row.line, row.code, row.column)
                remarkable.append(row)
            values.append(value)
            size += len(value)
            if size > SLICE_BYTES:
                break
        return values, remarkable
