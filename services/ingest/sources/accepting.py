"""An upload is looked at once, before it becomes an import: what it is, whose rows it has, what is wrong with it."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec import structs

from ringback.events import Entity
from services.ingest.mapping import LOOKED_AT
from services.ingest.mapping.headers import claims
from services.ingest.parse import Head, Layout, head
from services.ingest.parse.columns import CANONICAL, columns, fold
from services.ingest.parse.problems import warning
from services.ingest.sources.archive import Limits, open_archive
from services.ingest.sources.kinds import UNROLLED, Kind, kind_of
from services.ingest.sources.manifest import ENTITIES
from services.ingest.sources.plain_file import PlainFile
from services.ingest.sources.refusals import BadArchive, refusal
from services.ingest.sources.unrolled import Unrolled, Wanted
from services.ingest.sources.unrolling import unroll
from services.ingest.sources.upload import Upload

#: Rows among which a header is looked for that is not the first.
_FIRST = 10
#: Columns that a row must have that are known, to be taken for the header though it is not the first.
_LIKELY = 2

_NAMED = re.compile(r"(contacts|conversations|messages|calls)(?![a-z])")
#: What no contact has: with all of these columns, a table is of something else.
_MARKS: dict[Entity, frozenset[str]] = {
    "messages": frozenset({"from", "to", "sent_at", "body"}),
    "calls": frozenset({"from", "to", "started_at", "duration_seconds"}),
    "conversations": frozenset({"external_conversation_id", "contact_phone"}),
}
#: "id" and "phone" are columns of contacts too, as "business phone" is: each of these is a conversation's alone.
_CONVERSATION_IDS = frozenset({"externalconversationid", "conversationid", "threadid"})
_TAKING_PART = frozenset({"participants", "participant", "ournumber"})


#: What says that a row may be a person's.
_FOUND_BY = frozenset({"phone", "phone_2", "email"})


class Chosen(NamedTuple):
    """What the sender says of a single table."""

    entity: Entity | None = None
    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None


class Accepted(NamedTuple):
    """`head` is the beginning of a table, for who maps its columns; an archive has none.

    `fields` is what stands in JSON beside its list, `rows` how many there are of what was unrolled. `doubted`: nobody
    has said whose rows a table has, and what its header says of it could be said of contacts too.
    """

    upload: Upload
    head: Head | None = None
    sheet: str | None = None
    fields: Mapping[str, Any] = MappingProxyType({})
    rows: int = 0
    doubted: bool = False


async def accept(path: Path, rows: Path, filename: str, chosen: Chosen) -> Accepted:
    """Raises BadArchive and NoSpace. A table that must be unrolled is so behind this, in `rows`."""
    kind = await asyncio.to_thread(kind_of, path, filename, chosen.encoding)
    if kind == "archive":
        return await asyncio.to_thread(_archive, path, filename)
    if kind not in UNROLLED:
        return await asyncio.to_thread(_table, kind, PlainFile(path, filename), chosen, None)
    unrolled = await unroll(path, rows, Wanted(kind, filename, chosen.sheet, chosen.encoding))
    return await asyncio.to_thread(_table, kind, PlainFile(rows, filename), chosen, unrolled)


async def accept_bulk(path: Path, rows: Path, filename: str) -> Accepted:
    """The body of a request, which is JSON whatever it looks like. Raises BadArchive and NoSpace."""
    try:
        unrolled = await unroll(path, rows, Wanted("json", filename))
    except BadArchive as error:
        raise refusal("no_contacts") if error.code == "json_no_list" else error from None
    if unrolled.label != "contacts":
        raise refusal("no_contacts")
    if not unrolled.rows:
        raise refusal("json_no_rows", filename)
    return await asyncio.to_thread(_table, "json", PlainFile(rows, filename), Chosen(entity="contacts"), unrolled)


def _archive(path: Path, filename: str) -> Accepted:
    archive = open_archive(path, filename=filename)
    archive.verify()
    layouts = dict.fromkeys(archive.members, Layout())
    return Accepted(Upload("archive", archive.members, layouts, archive.manifest, archive.warnings))


def _table(kind: Kind, file: PlainFile, chosen: Chosen, unrolled: Unrolled | None) -> Accepted:
    label = unrolled.label if unrolled else None
    layout = Layout(encoding=chosen.encoding, header_row=chosen.header_row, unrolled=unrolled is not None)
    found = _found_header(file, layout) if kind in ("csv", "workbook") else None
    if found is not None:
        layout = structs.replace(layout, header_row=found)
    told = chosen.entity or _named(label or "") or _named(file.name)
    entity, beginning = _beginning(file, layout, told)
    doubted = told is None and _could_be_contacts(entity, beginning.header)
    said = [] if unrolled is None else [*unrolled.warnings]
    if found is not None:
        said.append(warning("header_found", None, found))
    if doubted:
        said.append(warning("entity_guessed", None, entity))
    if not beginning.rows:
        said.append(warning("no_rows"))
    upload = Upload(kind, {entity: file}, {entity: layout}, warnings=tuple(said))
    if unrolled is None:
        return Accepted(upload, beginning, doubted=doubted)
    sheet = label if kind == "workbook" else None
    return Accepted(upload, beginning, sheet, unrolled.fields, unrolled.rows, doubted)


def _named(name: str) -> Entity | None:
    """By the file's name, as our exports and errors files are called, or the sheet's, or the key of JSON's list."""
    found = _NAMED.match(PurePosixPath(name.replace("\\", "/")).name.lower())
    return next((each for each in ("contacts", *_MARKS) if found and found[1] == each), None)


def _found_header(file: PlainFile, layout: Layout) -> int | None:
    """Where titles stand above a header that nobody has pointed out: the row with most columns that are known."""
    if layout.header_row is not None:
        return None
    beginning = head(file, "contacts", layout, _FIRST)
    if _known(beginning.header) or not beginning.rows:
        return None
    # Each with the delimiter that it would have as the header: a title tells of none.
    again = layout if layout.unrolled else structs.replace(layout, encoding=beginning.encoding)
    lines = [row.line for row in beginning.rows]
    known = {line: _known(head(file, "contacts", structs.replace(again, header_row=line)).header) for line in lines}
    likely = max(lines, key=lambda line: known[line])
    return likely if known[likely] >= _LIKELY else None


def _known(cells: Sequence[str]) -> int:
    return max(len(columns(entity, cells).known) for entity in ENTITIES)


def _beginning(file: PlainFile, layout: Layout, entity: Entity | None) -> tuple[Entity, Head]:
    beginning = head(file, entity or "contacts", layout, LOOKED_AT)
    if entity is None:
        entity = by_header(beginning.header)
        if entity != "contacts":
            beginning = head(file, entity, layout, LOOKED_AT)
    said = {each.code for each in beginning.warnings}
    if "header_too_large" in said:
        raise refusal("header_too_large", file.name)
    if said & {"unclosed_quote", "empty_file"}:
        if layout.header_row is not None and not beginning.header:
            raise refusal("no_such_row", file.name, layout.header_row)
        raise refusal("no_header" if beginning.header else "empty_file")
    if len(beginning.header) > Limits().columns:
        raise refusal("too_many_columns", file.name, Limits().columns)
    return entity, beginning


def by_header(header: tuple[str, ...]) -> Entity:
    """Of those whose marks are all there the one with most known columns; else they are people, in doubt too."""
    known = {entity: columns(entity, header).known for entity in _MARKS}
    likely = [entity for entity, marks in _MARKS.items() if marks <= known[entity].keys()]
    folded = set(map(fold, header))
    if folded.isdisjoint(_CONVERSATION_IDS) or folded.isdisjoint(_TAKING_PART):
        likely = [entity for entity in likely if entity != "conversations"]
    return max(likely, key=lambda entity: len(known[entity]), default="contacts")


def _could_be_contacts(entity: Entity, header: Sequence[str]) -> bool:
    """Whether what was taken for something else has columns that contacts are found by, and not by our own names."""
    others = [each for each in header if each.strip() not in CANONICAL[entity]]
    return entity != "contacts" and not _FOUND_BY.isdisjoint(
        claim.field for each in others for claim in claims("contacts", each)
    )
