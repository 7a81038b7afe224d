"""An upload is looked at once, before it becomes an import: what it is, whose rows it has, what is wrong with it."""

import re
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ringback.events import Entity
from services.ingest.parse import Head, Layout, head
from services.ingest.parse.columns import columns
from services.ingest.sources.archive import Limits, open_archive
from services.ingest.sources.kinds import UNROLLED, kind_of
from services.ingest.sources.refusals import refusal
from services.ingest.sources.upload import PlainFile, Upload

#: The rows that a person is shown of a table.
SHOWN = 10

_NAMED = re.compile(r"(contacts|conversations|messages|calls)(?![a-z])")
#: What no contact's columns are: with all of these, a table is of something else.
_MARKS: dict[Entity, frozenset[str]] = {
    "messages": frozenset({"from", "to", "sent_at", "body"}),
    "calls": frozenset({"from", "to", "started_at"}),
    "conversations": frozenset({"our_number", "contact_phone"}),
}


class Chosen(NamedTuple):
    """What the sender says of a single table."""

    entity: Entity | None = None
    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None


class Accepted(NamedTuple):
    """`head` is the beginning of a table, for who maps its columns; an archive has none."""

    upload: Upload
    head: Head | None = None
    sheet: str | None = None


def accept(path: Path, rows: Path, filename: str, chosen: Chosen) -> Accepted:
    """Raises BadArchive. A table that must be unrolled is so behind this, in `rows`."""
    kind = kind_of(path, filename, chosen.encoding)
    if kind == "archive":
        archive = open_archive(path)
        archive.verify()
        layouts = dict.fromkeys(archive.members, Layout())
        return Accepted(Upload(kind, archive.members, layouts, archive.manifest, archive.warnings))
    if kind in UNROLLED:
        raise refusal("no_table", None, "of a kind that is not read yet")
    file = PlainFile(path, filename)
    layout = Layout(encoding=chosen.encoding, header_row=chosen.header_row)
    entity, beginning = _beginning(file, layout, chosen.entity or _named(filename))
    return Accepted(Upload(kind, {entity: file}, {entity: layout}), beginning)


def _named(filename: str) -> Entity | None:
    """By the file's name, as our exports and errors files are called."""
    found = _NAMED.match(PurePosixPath(filename.replace("\\", "/")).name.lower())
    return next((each for each in ("contacts", *_MARKS) if found and found[1] == each), None)


def _beginning(file: PlainFile, layout: Layout, entity: Entity | None) -> tuple[Entity, Head]:
    beginning = head(file, entity or "contacts", layout, SHOWN)
    if entity is None:
        entity = by_header(beginning.header)
        if entity != "contacts":
            beginning = head(file, entity, layout, SHOWN)
    if any(each.code in ("unclosed_quote", "empty_file") for each in beginning.warnings):
        raise refusal("no_header" if beginning.header else "empty_file")
    if len(beginning.header) > Limits().columns:
        raise refusal("too_many_columns", file.name, Limits().columns)
    return entity, beginning


def by_header(header: tuple[str, ...]) -> Entity:
    """Of those whose marks are all there the one with most known columns; else they are people."""
    known = {entity: columns(entity, header).known for entity in _MARKS}
    likely = [entity for entity, marks in _MARKS.items() if marks <= known[entity].keys()]
    return max(likely, key=lambda entity: len(known[entity]), default="contacts")
