"""Builders: ZIPs, honest ones and ones with a few bytes that lie."""

import struct
import zipfile
from pathlib import Path

CONTACTS = b"phone,name\n+14155552671,Ada\n"
_LIST, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
#: Where the fields of an entry are, in the list and in front of the bytes.
_AT = {"flags": (8, 6), "method": (10, 8), "crc": (16, 14), "packed": (20, 18), "size": (24, 22)}


def zipped(path: Path, *, method: int = zipfile.ZIP_DEFLATED, **files: bytes) -> Path:
    """A ZIP of these files; `contacts` is `contacts.csv`, `manifest` is `manifest.json`."""
    names = {"manifest": "manifest.json"}
    return named(path, {names.get(name, f"{name}.csv"): content for name, content in files.items()}, method)


def named(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A ZIP of files by their whole names."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return path


def forge(path: Path, field: str, value: int, *, everywhere: bool = True) -> None:
    """Writes another value over a field of the first entry: in the list, and unless told in front of the bytes too."""
    content = bytearray(path.read_bytes())
    width = "<H" if field in ("flags", "method") else "<I"
    in_list, in_front = _AT[field]
    struct.pack_into(width, content, content.index(_LIST) + in_list, value)
    if everywhere:
        struct.pack_into(width, content, content.index(_LOCAL) + in_front, value)
    path.write_bytes(content)


def overlapping(path: Path, copies: int) -> Path:
    """A list whose every entry is the same bytes: a few hundred KB that unpack to any size (CVE-2024-0450)."""
    zipped(path, contacts=CONTACTS)
    content = path.read_bytes()
    start, end = content.index(_LIST), content.index(b"PK\x05\x06")
    entry = content[start:end]
    listed = b"".join(entry.replace(b"contacts", b"%08d" % number) for number in range(copies))
    said = min(copies, 0xFFFF)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, said, said, len(listed), start, 0)
    path.write_bytes(content[:start] + listed + tail)
    return path
