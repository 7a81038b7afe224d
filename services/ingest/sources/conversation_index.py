"""conversations.csv by external id, on disk: messages and calls that lack from/to ask it (rules §2), in any number."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from services.ingest.parse import Chunked, Frame, Sides, Survey, conversation_keys
from services.ingest.parse import survey as surveyed
from services.ingest.spool.contract import NoSpace

#: Messages of a conversation tend to stand together; a hit saves some 5 µs of the disk's index.
_CACHED = 1 << 14
_CREATE = "CREATE TABLE sides (id TEXT PRIMARY KEY, ours TEXT, participants TEXT) WITHOUT ROWID"
#: The first usable row of an id has it (decision 1).
_ADD = "INSERT OR IGNORE INTO sides VALUES (?, ?, ?)"
_FIND = "SELECT ours, participants FROM sides WHERE id = ?"

#: As sqlite names a disk that is full, or has no room for the file's name.
_OF_THE_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


class ConversationIndex:
    """Open for reading, from any one thread at a time; `find` is the `conversation_of` of `parse.read`."""

    def __init__(self, path: Path) -> None:
        """`path` is what `build` made."""
        self._database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        self.find = lru_cache(_CACHED)(self._find)

    def _find(self, external_id: str) -> Sides | None:
        row = self._database.execute(_FIND, (external_id,)).fetchone()
        return None if row is None else Sides(row[0], tuple(row[1].split(";")))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """The file stays, for the next start."""
        self._database.close()


def indexed(path: Path, member: Chunked, frame: Frame, survey: Survey | None) -> ConversationIndex:
    """Of a conversations.csv, built where it is not there yet; raises NoSpace. Numbers are read by the region."""
    of_region = path.with_name(f"{path.name}.{frame.region.lower()}")
    if not of_region.exists():
        build(of_region, conversation_keys(member, frame, survey or surveyed(member, "conversations")))
    return ConversationIndex(of_region)


def build(path: Path, conversations: Iterable[tuple[str, Sides]]) -> None:
    """Writes the index of `parse.conversation_keys`; raises NoSpace. It has its name only once it is whole."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    try:
        _write(unfinished, conversations)
    except sqlite3.OperationalError as error:
        unfinished.unlink(missing_ok=True)
        if error.sqlite_errorcode & 0xFF in _OF_THE_DISK:
            raise NoSpace(f"{error} ({error.sqlite_errorname})") from error
        raise
    unfinished.rename(path)


def _write(unfinished: Path, conversations: Iterable[tuple[str, Sides]]) -> None:
    with closing(sqlite3.connect(unfinished, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        database.execute(_CREATE)
        database.executemany(_ADD, ((key, ours, ";".join(others)) for key, (ours, others) in conversations))
        database.execute("COMMIT")
