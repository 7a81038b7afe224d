"""An upload of any kind, opened: an archive of several files, or one table; what comes behind it sees no difference."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from ringback.events import Entity
from services.ingest.parse import Layout, Warning
from services.ingest.sources.archive import open_archive
from services.ingest.sources.kinds import UNROLLED, Kind
from services.ingest.sources.manifest import Manifest
from services.ingest.sources.plain_file import PlainFile


class Member(Protocol):
    """One file of an upload, which can be read again and again."""

    @property
    def name(self) -> str: ...

    def chunks(self) -> Iterator[bytes]: ...


class Upload(NamedTuple):
    """`members` in the order contacts, conversations, messages, calls; a table is one of them."""

    kind: Kind
    members: Mapping[Entity, Member]
    layouts: Mapping[Entity, Layout]
    manifest: Manifest = Manifest()
    warnings: tuple[Warning, ...] = ()


def open_upload(kind: Kind, path: Path, rows: Path, layouts: Mapping[Entity, Layout]) -> Upload:
    """One that was accepted, as it was accepted; `rows` is what it was unrolled to. Raises BadArchive."""
    if kind == "archive":
        archive = open_archive(path)
        return Upload(kind, archive.members, layouts, archive.manifest, archive.warnings)
    place = rows if kind in UNROLLED else path
    return Upload(kind, {entity: PlainFile(place, "") for entity in layouts}, layouts)
