"""One file of an archive as a stream. It is unpacked anew at each reading, with flat memory, and never trusted."""

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol
from zipfile import ZIP_DEFLATED, ZIP_STORED

from services.ingest.sources.directory import Entry
from services.ingest.sources.refusals import refusal

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: 64 KB is as fast as more, and what is unpacked from it at once is bounded too.
CHUNK = 1 << 16


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unconsumed_tail(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


class Member(NamedTuple):
    """`name` is its whole name in the archive."""

    path: Path
    entry: Entry

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def size(self) -> int:
        """Bytes unpacked, as the archive says; reading raises BadArchive as soon as they are others."""
        return self.entry.size

    def open(self) -> BinaryIO:
        """For readers that want a file."""
        return io.BufferedReader(_Stream(self.chunks()), CHUNK)

    def chunks(self) -> Iterator[bytes]:
        """The unpacked bytes; raises BadArchive where they are more, fewer or others than the archive says."""
        entry, size, crc = self.entry, 0, 0
        for chunk in self._unpacked():
            size += len(chunk)
            if size > entry.size:
                raise refusal("size_lies", entry.name)
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if size != entry.size:
            raise refusal("size_lies", entry.name)
        if crc != entry.crc:
            raise refusal("damaged", entry.name)

    def _unpacked(self) -> Iterator[bytes]:
        if self.entry.method == ZIP_STORED:
            yield from self._packed()
        elif self.entry.method == ZIP_DEFLATED:
            yield from self._inflated()
        else:
            raise refusal("unknown_compression", self.entry.name)

    def _packed(self) -> Iterator[bytes]:
        left = self.entry.packed
        with self.path.open("rb") as file:
            file.seek(self.entry.start)
            while left:
                chunk = file.read(min(CHUNK, left))
                if not chunk:
                    raise refusal("truncated")
                left -= len(chunk)
                yield chunk

    def _inflated(self) -> Iterator[bytes]:
        unpacker: _Unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for packed in self._packed():
                while packed and not unpacker.eof:
                    chunk = unpacker.decompress(packed, CHUNK)
                    packed = unpacker.unconsumed_tail
                    if chunk:
                        yield chunk
            while not unpacker.eof:
                chunk = unpacker.decompress(b"", CHUNK)
                if not chunk:
                    raise refusal("damaged", self.entry.name)
                yield chunk
        except zlib.error as error:
            raise refusal("damaged", self.entry.name) from error


class _Stream(io.RawIOBase):
    """Chunks as a raw file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer)
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = chunk
        taken = min(len(view), len(self._left))
        view[:taken] = self._left[:taken]
        self._left = self._left[taken:]
        return taken
