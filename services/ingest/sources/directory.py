"""A ZIP's list of entries, believed in nothing and checked before a byte is unpacked (faults.md, Bad input)."""

import stat
import struct
import zipfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple

from services.ingest.sources.refusals import refusal

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_SIGNATURE, _LOCAL_SIGNATURE = b"PK\x05\x06", b"PK\x03\x04"
_LONGEST_COMMENT = 65_535
#: Bytes of the list itself for an entry: a name of 200 with what else is in it.
_LIST_BYTES_PER_ENTRY = 512
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_SIZES_FOLLOW = 0x8
_SIZE_ELSEWHERE = 0xFFFFFFFF
_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error, OverflowError)


class Entry(NamedTuple):
    """One file in a ZIP: where its packed bytes lie, and what the list says of it."""

    name: str
    start: int
    packed: int
    size: int
    crc: int
    method: int

    @property
    def path(self) -> PurePosixPath:
        return PurePosixPath(self.name.replace("\\", "/"))


def entries(file: BinaryIO, most: int) -> list[Entry]:
    """The files of a ZIP, in the list's order; raises BadArchive. `file` must be seekable."""
    _check_end(file, most)
    try:
        with zipfile.ZipFile(file) as archive:
            infos, list_start = archive.infolist(), archive.start_dir
    except _UNREADABLE as error:
        raise refusal("truncated") from error
    if len(infos) > most:
        raise refusal("too_many_entries", None, most)
    for info in infos:
        _check(info)
    found = [_entry(file, info) for info in infos]
    _check_overlaps(zip(infos, found, strict=True), list_start)
    return [entry for info, entry in zip(infos, found, strict=True) if not info.is_dir()]


def _check_end(file: BinaryIO, most: int) -> None:
    """Before zipfile holds the whole list in memory: how long does the ZIP's end say that it is?"""
    size = file.seek(0, 2)
    if size == 0:
        raise refusal("empty_file")
    first = max(0, size - _LONGEST_COMMENT - _END.size)
    file.seek(first)
    tail = file.read()
    at = _end_of_list(tail)
    if at < 0:
        file.seek(0)
        raise refusal("truncated" if file.read(4) == _LOCAL_SIGNATURE else "not_a_zip")
    _, disk, list_disk, _, count, list_size, _, _ = _END.unpack_from(tail, at)
    if disk != list_disk or 0 < disk < 0xFFFF:
        raise refusal("split")
    wide = _end64(file, first + at)
    count, list_size = wide or (count, list_size)
    if count > most or list_size > most * _LIST_BYTES_PER_ENTRY:
        raise refusal("too_many_entries", None, most)
    if list_size > first + at:
        raise refusal("truncated")


def _end_of_list(tail: bytes) -> int:
    """Where zipfile will find it: at the very end, else behind the last signature."""
    last = len(tail) - _END.size
    if last >= 0 and tail.startswith(_END_SIGNATURE, last) and tail.endswith(b"\0\0"):
        return last
    at = tail.rfind(_END_SIGNATURE)
    return at if at <= last else -1


def _end64(file: BinaryIO, end: int) -> tuple[int, int] | None:
    """Count and size of the list of a ZIP64."""
    locator = end - _END64_LOCATOR.size
    if locator < _END64.size:
        return None
    file.seek(locator)
    if not file.read(4).startswith(b"PK\x06\x07"):
        return None
    file.seek(locator - _END64.size)
    signature, *_, count, list_size, _ = _END64.unpack(file.read(_END64.size))
    return (count, list_size) if signature == b"PK\x06\x06" else None


def _check(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    parts = name.replace("\\", "/").split("/")
    if not name or "\0" in name or ".." in parts or parts[0] == "" or name[1:2] == ":":
        raise refusal("unsafe_name", name)
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise refusal("not_a_file", name)
    if info.flag_bits & _ENCRYPTED:
        raise refusal("encrypted", name)


def _entry(file: BinaryIO, info: zipfile.ZipInfo) -> Entry:
    """By the header in front of the file's bytes, which must say what the list says."""
    # Negative where the list says that it lies elsewhere than it does.
    file.seek(max(info.header_offset, 0))
    header = file.read(_LOCAL.size)
    if info.header_offset < 0 or len(header) < _LOCAL.size or not header.startswith(_LOCAL_SIGNATURE):
        raise refusal("damaged", info.filename)
    _, _, flags, method, _, _, crc, packed, size, name, extra = _LOCAL.unpack(header)
    if flags & _ENCRYPTED:
        raise refusal("encrypted", info.filename)
    said, listed = (crc, packed, size), (info.CRC, info.compress_size, info.file_size)
    if not flags & _SIZES_FOLLOW and _SIZE_ELSEWHERE not in said and said != listed:
        raise refusal("size_lies", info.filename)
    if method != info.compress_type:
        raise refusal("damaged", info.filename)
    start = info.header_offset + _LOCAL.size + name + extra
    return Entry(info.filename, start, info.compress_size, info.file_size, info.CRC, method)


def _check_overlaps(found: Iterable[tuple[zipfile.ZipInfo, Entry]], list_start: int) -> None:
    """Python 3.11 unpacks entries that share bytes (CVE-2024-0450), by which few bytes become very many."""
    spans = sorted((info.header_offset, entry.start + entry.packed, entry.name) for info, entry in found)
    for (_, end, name), (start, *_) in pairwise([*spans, (list_start, 0, "")]):
        if start < end:
            raise refusal("entries_overlap", name)
