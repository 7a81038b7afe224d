"""What every kind of spool promises, to the API that fills it and the worker that reads it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import UUID


class TooLarge(Exception):
    """The upload is over the limit (413)."""


class NoSpace(Exception):
    """A disk is full: the API's (507), or the worker's own, which waits."""


class SpoolAway(Exception):
    """The object store does not answer as it should: the API says 503, an import waits. Its text is for the log."""


class UploadLost(Exception):
    """The upload is not there, or is not what was accepted; its text is for people."""


class Spooled(NamedTuple):
    """`key` names the upload within the spool; size and sum are those of its bytes."""

    key: str
    size: int
    sha256: str


class Incoming(NamedTuple):
    """An upload that has come in, whole, as a file on this machine. Its import may be accepted once `keep` is done.

    `rows` is where it may be unrolled to.
    """

    spooled: Spooled
    path: Path
    rows: Path
    keep: Callable[[], Awaitable[None]]


class Local(NamedTuple):
    """An upload as a file on this machine, and where its rows and its conversations' numbers are kept beside it."""

    path: Path
    rows: Path
    conversations: Path


class Presigned(Protocol):
    """Room in the object store that a client fills by itself, past the API; each is known by the upload's id."""

    async def url(self, upload: UUID, valid: timedelta) -> str:
        """Where the file is to be PUT."""

    def chunks(self, upload: UUID) -> AsyncIterator[bytes]:
        """What was put there; raises UploadLost where nothing was, and TooLarge, with the object removed."""

    async def remove(self, upload: UUID) -> None:
        """Also where nothing was put."""

    async def clear(self, age: timedelta) -> int:
        """Removes what is older, used or not, and says how much it was."""


class Stored(Protocol):
    """Objects that others have put into the store, each tenant's in a folder of its own. They stay as they are."""

    def chunks(self, tenant: str, key: str) -> AsyncIterator[bytes]:
        """One of them; raises UploadLost where nothing is, and TooLarge."""


class Spool(Protocol):
    """All raise SpoolAway where the object store is away."""

    @property
    def limit(self) -> int:
        """Bytes of one upload."""

    @property
    def presigned(self) -> Presigned | None:
        """None where clients cannot reach the spool themselves."""

    @property
    def stored(self) -> Stored | None:
        """None where there is no store that others fill."""

    async def start(self) -> None:
        """Before all else; clears what a process that died has left on this machine."""

    async def stop(self) -> None:
        """After all else."""

    def incoming(self, chunks: AsyncIterator[bytes]) -> AbstractAsyncContextManager[Incoming]:
        """Writes it in the memory of a few chunks. Where the block fails before `keep`, nothing is left of it anywhere.

        Behind it the upload stays, for a commit whose answer was lost may have made an import of it; one that no import
        names is swept by its age. Raises TooLarge, NoSpace and what `chunks` raises.
        """

    def opened(self, spooled: Spooled) -> AbstractAsyncContextManager[Local]:
        """The upload, compared with what was accepted. Raises UploadLost, and NoSpace where it must be brought here."""

    async def exists(self, key: str) -> bool:
        """Whether it is there still, for whom its bytes are no matter yet."""

    async def remove(self, key: str) -> None:
        """With all that lies beside it."""

    async def keys(self, age: timedelta) -> list[str]:
        """Of what is older; nothing that is not the spool's own is among them."""
