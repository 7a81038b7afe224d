"""An uploaded ZIP: which of its files are ours, once it has passed every check (rules §2; faults.md, Bad input)."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ringback.events import Entity
from services.ingest.parse import header
from services.ingest.parse.problems import Warning, warning
from services.ingest.sources.directory import Entry, entries
from services.ingest.sources.manifest import ENTITIES, LARGEST, Manifest, read_manifest
from services.ingest.sources.member import Member
from services.ingest.sources.refusals import BadArchive, refusal, shown

__all__ = ["Archive", "BadArchive", "Limits", "open_archive"]

_ARCHIVES = frozenset({".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".tar", ".jar"})
_PACKED = (b"PK\x05\x06", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MANIFEST = "manifest.json"
_KNOWN = frozenset({_MANIFEST, *(f"{each}.csv" for each in ENTITIES)})
#: A small file of one letter is packed a thousandfold and does no harm; the ratio counts from here on.
_HARMLESS = 1 << 20


class Limits(NamedTuple):
    """What an archive may be at most: entries, bytes unpacked in all, how often smaller one file may be packed, and
    columns of a file.

    CSV exports are packed 3 to 30 times smaller; deflate can do 1,000.
    """

    entries: int = 10_000
    total: int = 4 << 30
    ratio: int = 200
    columns: int = 1_000

    @classmethod
    def of(cls, upload: Path) -> "Limits":
        """Of one of 10 GB a real export unpacks to more than 4 GiB, where such are let in at all."""
        return cls(total=max(cls().total, 30 * upload.stat().st_size))


class Archive(NamedTuple):
    """`members` in the order contacts, conversations, messages, calls; an archive has one of them at least."""

    members: dict[Entity, Member]
    manifest: Manifest
    warnings: tuple[Warning, ...] = ()

    def verify(self) -> None:
        """Unpacks everything once; raises BadArchive where sizes or checksums lie, which only reading finds out."""
        for member in self.members.values():
            for _ in member.chunks():
                pass


def open_archive(path: Path, limits: Limits | None = None, filename: str | None = None) -> Archive:
    """Checks a ZIP without trusting it, and raises BadArchive. Unpacks the manifest only, and the start of each CSV."""
    limits = limits or Limits.of(path)
    with path.open("rb") as file:
        everything = entries(file, limits.entries)
    check_sizes(everything, limits)
    counted = [entry for entry in everything if not _ignored(entry.path)]
    ours = _ours(counted)
    members = {each: Member(path, ours[f"{each}.csv"]) for each in ENTITIES if f"{each}.csv" in ours}
    if not members:
        raise refusal("spreadsheet", filename) if _is_workbook(counted) else refusal("no_csv")
    _check_nested(counted)
    for entity, member in members.items():
        _check_text(member)
        if len(header(member, entity)) > limits.columns:
            raise refusal("too_many_columns", member.name, limits.columns)
    manifest = _manifest(path, ours.get(_MANIFEST))
    return Archive(members, manifest, (*manifest.warnings, *_unknown(counted)))


def check_sizes(everything: Iterable[Entry], limits: Limits) -> None:
    """Before a byte is unpacked; raises BadArchive."""
    total = 0
    for entry in everything:
        total += entry.size
        if entry.size > _HARMLESS and entry.size > entry.packed * limits.ratio:
            raise refusal("bomb", entry.name, limits.ratio)
        if total > limits.total:
            raise refusal("too_large", entry.name, limits.total)


def _ignored(path: PurePosixPath) -> bool:
    """What a Mac or a file manager adds."""
    return "__MACOSX" in path.parts or any(part.startswith(".") for part in path.parts)


def _ours(counted: Iterable[Entry]) -> dict[str, Entry]:
    """The files we know by their folded names, of which there may be one each."""
    ours: dict[str, Entry] = {}
    for entry in counted:
        name = _fold(entry.path.name)
        if name not in _KNOWN:
            continue
        if name in ours:
            raise refusal("same_name", entry.name)
        ours[name] = entry
    return ours


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _is_workbook(counted: Iterable[Entry]) -> bool:
    return any(entry.path.name == "[Content_Types].xml" for entry in counted)


def _check_nested(counted: Iterable[Entry]) -> None:
    for entry in counted:
        if entry.path.suffix.lower() in _ARCHIVES:
            raise refusal("nested_archive", entry.name)


def _check_text(member: Member) -> None:
    start = next(member.chunks(), b"")
    if start.startswith(_WORKBOOKS):
        raise refusal("spreadsheet", member.name)
    if start.startswith(_PACKED):
        raise refusal("nested_archive", member.name)


def _manifest(path: Path, entry: Entry | None) -> Manifest:
    if entry is None:
        return Manifest()
    if entry.size > LARGEST:
        raise refusal("manifest_too_large", entry.name, LARGEST)
    return read_manifest(shown(entry.name), b"".join(Member(path, entry).chunks()))


def _unknown(counted: Iterable[Entry]) -> tuple[Warning, ...]:
    """Tables under other names are not guessed at, and not passed over in silence either."""
    return tuple(
        warning("unknown_file", None, shown(entry.name))
        for entry in counted
        if (name := _fold(entry.path.name)).endswith(".csv") and name not in _KNOWN
    )
