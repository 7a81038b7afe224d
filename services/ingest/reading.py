"""The spooled upload of an import as its files' rows: opened, counted once, and read from any row on."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from itertools import takewhile
from zoneinfo import ZoneInfo

import msgspec

from ringback.events import Contact, Entity
from services.ingest import parse
from services.ingest.sources.conversation_index import ConversationIndex, build
from services.ingest.sources.kinds import UNROLLED
from services.ingest.sources.upload import Member, Upload, open_upload
from services.ingest.spool import Spool, Spooled
from services.ingest.statements import Counted, File, FileWarning, Import

#: Warnings of one code and file that are kept; the rest say the same.
MOST_WARNINGS = 100

#: (line, cells) of a row.
Cells = tuple[int, list[str]]


class Work(msgspec.Struct, frozen=True):
    """One file, ready to be read: `read` opens it at a row, `cells` looks up rows as they stand."""

    file: File
    survey: parse.Survey
    read: Callable[[int], Iterator[parse.Good | parse.Bad]]
    cells: Callable[[set[int]], dict[int, Cells]]

    @property
    def rows(self) -> int:
        """As counted."""
        return self.survey.rows

    @property
    def counted(self) -> Counted:
        """What is kept of the survey."""
        # msgspec refuses a header with half of a surrogate pair.
        return Counted(self.file.entity, self.rows, json.dumps(msgspec.to_builtins(self.survey)))

    @property
    def warnings(self) -> list[FileWarning]:
        """Of the file itself."""
        return file_warnings(self.file.entity, self.survey.warnings)


def nothing(file: File) -> Work:
    """For a file that cannot be read any more, whose line must be ended."""
    survey = parse.Survey(rows=file.seen, encoding="utf-8", delimiter=",", header=())
    return Work(file, survey, lambda _: iter(()), lambda _: {})


class Reading:
    """Of one import. Its conversations, which messages and calls may take their numbers from, are indexed beside it."""

    def __init__(self, it: Import, spool: Spool) -> None:
        self._import = it
        self._spool = spool
        self._open = AsyncExitStack()
        own_numbers = frozenset(it.own_numbers)
        self._frame = parse.Frame(source=it.source, region=it.region, zone=ZoneInfo(it.zone), own_numbers=own_numbers)

    async def close(self) -> None:
        """No row of it is read after this, and nothing of it is on this machine that is not the spool itself."""
        await self._open.aclose()

    async def bring(self) -> None:
        """Comes before all else. Raises UploadLost, and SpoolAway and NoSpace, after which it may be tried again."""
        spooled = Spooled(self._import.spool_key, self._import.size, self._import.sha256)
        self._local = await self._open.enter_async_context(self._spool.opened(spooled))

    async def survey(self, files: Sequence[File]) -> tuple[list[Work], list[FileWarning]]:
        """The files and what is to be said of them, counted where they were not yet. Raises BadArchive, NoSpace."""
        return await asyncio.to_thread(self._survey, files)

    def _survey(self, files: Sequence[File]) -> tuple[list[Work], list[FileWarning]]:
        kind = self._import.kind
        layouts = {file.entity: _layout(file, unrolled=kind in UNROLLED) for file in files}
        upload = open_upload(kind, self._local.path, self._local.rows, layouts)
        members = upload.members
        surveys = {
            file.entity: _kept(file) or parse.survey(members[file.entity], file.entity, layouts[file.entity])
            for file in files
        }
        conversation_of = self._conversations(upload, surveys)
        works = [self._work(file, members[file.entity], surveys[file.entity], conversation_of) for file in files]
        differing = upload.manifest.differing({work.file.entity: work.rows for work in works})
        return works, [*file_warnings("", differing), *(each for work in works for each in work.warnings)]

    def _conversations(self, upload: Upload, surveys: dict[Entity, parse.Survey]) -> parse.ConversationOf:
        member = upload.members.get("conversations")
        if member is None:
            return parse.no_conversations
        index = self._local.conversations
        if not index.exists():
            build(index, parse.conversation_keys(member, self._frame, surveys["conversations"]))
        return self._open.enter_context(ConversationIndex(index)).find

    def _work(self, file: File, member: Member, survey: parse.Survey, conversation_of: parse.ConversationOf) -> Work:
        def read(start_row: int) -> Iterator[parse.Good | parse.Bad]:
            rows = parse.read(member, file.entity, self._frame, survey, conversation_of, start_row)
            tagged = file.entity == "contacts" and self._import.tags
            return _tagged(rows, self._import.tags) if tagged else rows

        return Work(file, survey, read, lambda rows: _cells(member, survey, rows))


def file_warnings(entity: str, warnings: Iterable[parse.Warning]) -> list[FileWarning]:
    """Of a file, or of the whole archive where `entity` is empty; the first of each code."""
    counts: Counter[str] = Counter()
    kept = []
    for each in warnings:
        counts[each.code] += 1
        if counts[each.code] <= MOST_WARNINGS:
            kept.append(FileWarning(entity, 0, each.code, each.column, each.message))
    return kept


def _kept(file: File) -> parse.Survey | None:
    return None if file.survey is None else msgspec.convert(json.loads(file.survey), parse.Survey)


def _layout(file: File, *, unrolled: bool) -> parse.Layout:
    mapping = None if file.mapping is None else tuple(json.loads(file.mapping))
    return parse.Layout(encoding=file.encoding, header_row=file.header_row, mapping=mapping, unrolled=unrolled)


def _tagged(rows: Iterator[parse.Good | parse.Bad], tags: list[str]) -> Iterator[parse.Good | parse.Bad]:
    """Contacts with the import's own tag."""
    for row in rows:
        if isinstance(row, parse.Good) and isinstance(row.data, Contact):
            row.data.import_tags = tags
        yield row


def _cells(member: Member, survey: parse.Survey, rows: set[int]) -> dict[int, Cells]:
    """One pass over the file, as far as the last of them."""
    wanted = takewhile(lambda row: row.number <= max(rows), parse.rows_of(member, survey))
    return {row.number: (row.line, row.cells) for row in wanted if row.number in rows}
