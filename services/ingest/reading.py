"""The spooled upload of an import as its files' rows: opened, counted once, and read from any row on."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from itertools import takewhile
from zoneinfo import ZoneInfo

import msgspec

from ringback.events import Contact
from services.ingest import parse
from services.ingest.parse.table import Row
from services.ingest.retried import Retried
from services.ingest.sources.conversation_index import indexed
from services.ingest.sources.kinds import UNROLLED
from services.ingest.sources.manifest import Manifest
from services.ingest.sources.unrolled import Wanted
from services.ingest.sources.unrolling import unroll
from services.ingest.sources.upload import Upload, open_upload
from services.ingest.spool import Local, Spool, Spooled, UploadLost
from services.ingest.statements import Counted, File, FileWarning, Import

#: Warnings of one code and file that are kept; the rest say the same.
MOST_WARNINGS = 100

#: (line, cells) of a row.
Cells = tuple[int, list[str]]


class Work(msgspec.Struct, frozen=True):
    """One file, ready to be read: `read` opens it at a row, `cells` looks up rows as they stand.

    `rows` are those that are read: of a retry fewer than the survey found.
    """

    file: File
    survey: parse.Survey
    rows: int
    read: Callable[[int], Iterator[parse.Good | parse.Bad]]
    cells: Callable[[set[int]], dict[int, Cells]]

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
    return Work(file, survey, file.seen, lambda _: iter(()), lambda _: {})


class Reading:
    """Of one import. Its conversations, which messages and calls may take their numbers from, are indexed beside it."""

    def __init__(self, it: Import, spool: Spool) -> None:
        self._import = it
        self._spool = spool
        self._open = AsyncExitStack()
        self._surveying: asyncio.Future[tuple[list[Work], list[FileWarning]]] | None = None
        self._retried: Retried | None = None
        self._beside: Local | None = None

    async def close(self) -> None:
        """No row of it is read after this, and nothing of it is on this machine that is not the spool itself."""
        if self._surveying is not None:
            # Its thread reads on where the job was told to stop meanwhile.
            await asyncio.wait([self._surveying])
        await self._open.aclose()

    async def bring(self, retried: Retried | None = None) -> None:
        """Comes before all else. Raises UploadLost, and SpoolAway and NoSpace, after which it may be tried again."""
        spooled = Spooled(self._import.spool_key, self._import.size, self._import.sha256)
        self._retried = retried
        self._local = await self._open.enter_async_context(self._spool.opened(spooled))
        if retried is not None and retried.kind == "archive" and retried.origin != spooled:
            # Without it, its manifest and conversations are missing, as they are missing in what was sent.
            with suppress(UploadLost):
                self._beside = await self._open.enter_async_context(self._spool.opened(retried.origin))

    async def survey(self, files: Sequence[File]) -> tuple[list[Work], list[FileWarning]]:
        """The files and what is to be said of them, counted where they were not yet. Raises BadArchive, NoSpace."""
        if self._import.kind in UNROLLED and not self._local.rows.exists():
            # One table: whoever accepted it has done this before, on this machine or another.
            wanted = Wanted(self._import.kind, files[0].name, files[0].sheet, files[0].encoding)
            await unroll(self._local.path, self._local.rows, wanted)
        self._surveying = asyncio.ensure_future(asyncio.to_thread(self._survey, files))
        return await asyncio.shield(self._surveying)

    def _survey(self, files: Sequence[File]) -> tuple[list[Work], list[FileWarning]]:
        kind = self._import.kind
        layouts = {file.entity: _layout(file, unrolled=kind in UNROLLED) for file in files}
        upload = open_upload(kind, self._local.path, self._local.rows, layouts)
        surveys = {
            file.entity: _kept(file) or parse.survey(upload.members[file.entity], file.entity, layouts[file.entity])
            for file in files
        }
        opened = [(self._local, upload)]
        if self._beside is not None:
            opened.append((self._beside, open_upload("archive", self._beside.path, self._beside.rows, {})))
        frame = self._frame([each.manifest for _, each in opened])
        conversation_of = self._conversations(opened, frame, surveys.get("conversations"))
        works = [self._work(file, upload, surveys[file.entity], frame, conversation_of) for file in files]
        return works, [*self._differing(upload, works), *(each for work in works for each in work.warnings)]

    def _frame(self, manifests: Iterable[Manifest]) -> parse.Frame:
        """A retry is read by the settings of its own day, and by its archive's own numbers as ever."""
        it = self._import
        own_numbers = frozenset(it.own_numbers)
        if self._retried is not None:
            own_numbers = own_numbers.union(*(each.own_numbers(it.region)[0] for each in manifests))
        return parse.Frame(
            source=it.source,
            region=it.region,
            zone=ZoneInfo(it.zone),
            own_numbers=own_numbers,
            defaults=it.defaults,
            list=it.list,
        )

    def _differing(self, upload: Upload, works: Sequence[Work]) -> list[FileWarning]:
        """A manifest counts the rows of whole files."""
        if self._retried is not None:
            return []
        return file_warnings("", upload.manifest.differing({work.file.entity: work.rows for work in works}))

    def _conversations(
        self, opened: Sequence[tuple[Local, Upload]], frame: parse.Frame, survey: parse.Survey | None
    ) -> parse.ConversationOf:
        """The upload's own go before those beside it."""
        finds: list[parse.ConversationOf] = []
        for local, upload in opened:
            if (member := upload.members.get("conversations")) is not None:
                index = indexed(local.conversations, member, frame, survey if local is self._local else None)
                finds.append(self._open.enter_context(index).find)
        if len(finds) < 2:
            return finds[0] if finds else parse.no_conversations
        return lambda external_id: next((found for find in finds if (found := find(external_id))), None)

    def _work(
        self,
        file: File,
        upload: Upload,
        survey: parse.Survey,
        frame: parse.Frame,
        conversation_of: parse.ConversationOf,
    ) -> Work:
        member = upload.members[file.entity]
        only = None if self._retried is None else self._retried.rows.get(file.entity, ())

        def read(start_row: int) -> Iterator[parse.Good | parse.Bad]:
            rows = parse.read(member, file.entity, frame, survey, conversation_of, start_row, only)
            tagged = file.entity == "contacts" and self._import.tags
            return _tagged(rows, self._import.tags) if tagged else rows

        rows = survey.rows if only is None else len(only)
        return Work(file, survey, rows, read, lambda rows: _cells(parse.rows_of(member, survey, only), rows))


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


def _cells(rows: Iterator[Row], wanted: set[int]) -> dict[int, Cells]:
    """One pass over the file, as far as the last of them."""
    as_far = takewhile(lambda row: row.number <= max(wanted), rows)
    return {row.number: (row.line, row.cells) for row in as_far if row.number in wanted}
