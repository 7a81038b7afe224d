"""A process' own folder for uploads that lie in an object store; it goes with the process, however that ends."""

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import structlog

log = structlog.get_logger()

_LOCK, _PREFIX = ".lock", "process-"


class Scratch:
    """Under `root`, which all processes of a machine may share. A folder whose lock nobody holds is a dead process'."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._own: Path | None = None
        self._lock: int | None = None

    def start(self) -> None:
        """Clears what the dead have left."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._root.stat().st_uid not in (0, os.getuid()):
            raise PermissionError(f"{self._root} is another user's: name a folder in RINGBACK_SPOOL_SCRATCH")
        # One at a time, else a folder that is not locked yet would be taken for a dead process'.
        with _locked(self._root / _LOCK):
            self._clear()
            self._own = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._root))
            self._lock = os.open(self._own / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def stop(self) -> None:
        """With all that is in it."""
        if self._own is not None and self._lock is not None:
            shutil.rmtree(self._own, ignore_errors=True)
            os.close(self._lock)
            self._own = self._lock = None

    @asynccontextmanager
    async def folder(self) -> AsyncIterator[Path]:
        """A new one for one upload, gone after the block."""
        assert self._own is not None, "start comes first"
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=self._own))
        try:
            yield folder
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _clear(self) -> None:
        for folder in self._root.glob(f"{_PREFIX}*"):
            if _is_dead(folder):
                shutil.rmtree(folder, ignore_errors=True)
                log.info("scratch_cleared", folder=str(folder))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _is_dead(folder: Path) -> bool:
    """One without a lock died before it had one, or while it was cleared."""
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
