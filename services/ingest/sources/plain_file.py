"""A file that is no part of another: a lone table, or the file of rows that another was unrolled to."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

#: Bytes that are read at once.
_CHUNK = 1 << 16


class PlainFile(NamedTuple):
    """`name` is what its sender calls it."""

    path: Path
    name: str

    def chunks(self) -> Iterator[bytes]:
        """From the beginning."""
        with self.path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
