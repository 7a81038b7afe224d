"""What the writers of all formats have in common: where they write to, and what is asked of them."""

from collections.abc import Iterable
from typing import Protocol

from ringback.exports.cells import Row


class Sink(Protocol):
    """Takes bytes, one after the other; nobody goes back in it."""

    def write(self, data: bytes, /) -> int: ...

    def flush(self) -> None: ...


class Writer(Protocol):
    """Blocks: it is for threads."""

    def rows(self, rows: Iterable[Row]) -> None:
        """In order, behind those before. Raises DoesNotFit."""
        ...

    def close(self) -> None:
        """Whatever is to stand behind the last row."""
        ...


class DoesNotFit(ValueError):
    """The format has no room for a record; the text says which, and what to take instead."""
