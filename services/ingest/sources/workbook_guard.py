"""What a workbook must be before a library reads it: no bomb, no lies about sizes, no DTD, no password (faults.md)."""

import mmap
import re
from pathlib import Path

from services.ingest.sources.archive import Limits, check_sizes
from services.ingest.sources.directory import Entry, entries
from services.ingest.sources.member import Member
from services.ingest.sources.refusals import BadArchive, refusal

#: Real ones: 100,000 rows of 12 columns unpack to 45 MB; strings that many cells share are held in memory as a whole.
LIMITS = Limits(entries=10_000, total=2 << 30, ratio=400)
LARGEST_STRINGS = 256 << 20

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DTD = (b"<!DOCTYPE", b"<!ENTITY")
#: Bytes that are looked at again with the next chunk, not less than the longest word that is looked for.
_OVERLAP = 128
#: How often OpenDocument's rows and cells can be there again: as many as a sheet has. calamine cuts what says more.
_REPEATED = re.compile(rb"""number-(rows|columns)-repeated\s*=\s*["'](\d{1,80})["']""")
_MOST_REPEATED = {b"rows": 1 << 20, b"columns": 1 << 14}
_ODS_CONTENT = "content.xml"
#: OpenDocument's, which says of each part whether and how it is encrypted.
_ODS_MANIFEST = "META-INF/manifest.xml"
_TOO_LARGE = frozenset({"bomb", "too_large", "too_many_entries"})


def guard(path: Path, filename: str) -> None:
    """Raises BadArchive. Of an XLS there is little to check: it is not packed, and the process' memory is bounded."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return _check_ole(path, filename)
        try:
            everything = entries(file, LIMITS.entries)
            check_sizes(everything, LIMITS)
            for entry in everything:
                _check(path, entry, filename)
        except BadArchive as error:
            raise _of_a_workbook(error, filename) from error
    return None


def _check_ole(path: Path, filename: str) -> None:
    """What Excel writes with a password is an XLSX that is encrypted inside an older kind of file."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(_ENCRYPTED) >= 0:
            raise refusal("workbook_encrypted", filename)


def _check(path: Path, entry: Entry, filename: str) -> None:
    """Unpacks it all, which finds out sizes and checksums that lie."""
    if "sharedstrings" in entry.name.lower() and entry.size > LARGEST_STRINGS:
        raise refusal("workbook_too_large", filename)
    picture = "media" in entry.path.parts
    tail = b""
    for chunk in Member(path, entry).chunks():
        if picture:
            continue
        # XML may be UTF-16, in which every other byte of these is zero.
        text = tail + chunk.replace(b"\0", b"")
        if any(each in text for each in _DTD):
            raise refusal("workbook_dtd", filename)
        if entry.name == _ODS_MANIFEST and b"encryption-data" in text:
            raise refusal("workbook_encrypted", filename)
        if entry.name == _ODS_CONTENT:
            _check_repeated(text, filename)
        tail = text[-_OVERLAP:]


def _check_repeated(text: bytes, filename: str) -> None:
    for of, times in _REPEATED.findall(text):
        if int(times) > _MOST_REPEATED[of]:
            why = f"it repeats {of.decode()} {int(times):,} times, and a sheet has {_MOST_REPEATED[of]:,}"
            raise refusal("workbook_damaged", filename, why)


def _of_a_workbook(error: BadArchive, filename: str) -> BadArchive:
    """Who sends a workbook has made no ZIP, as far as they know."""
    if error.code.startswith("workbook_"):
        return error
    if error.code == "encrypted":
        return refusal("workbook_encrypted", filename)
    if error.code in _TOO_LARGE:
        return refusal("workbook_too_large", filename)
    return refusal("workbook_damaged", filename, error.file or "it ends in the middle")
