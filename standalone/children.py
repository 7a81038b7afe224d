"""Starting, recognising and ending single operating-system processes."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from standalone.postgres_binaries import Account

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


async def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Process:
    """A line of the process table: what to run, and how it is asked to end."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    stop: signal.Signals = signal.SIGTERM
    account: Account | None = None
    folder: Path | None = None
    before: Callable[[], Awaitable[None]] = _nothing  # awaited before each start and restart


async def spawn(process: Process, logs: Path) -> asyncio.subprocess.Process:
    """In a session of its own, so that Ctrl-C reaches the supervisor alone, which then drains in order."""
    supervisor = os.getpid()

    def bind_to_supervisor() -> None:
        # The signal is lost where the supervisor died between fork and this call, hence the second look.
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(process.stop))
            if os.getppid() != supervisor:
                os._exit(1)

    user = process.account
    with (logs / f"{process.name}.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *process.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(process.env),
            cwd=process.folder,
            start_new_session=True,
            preexec_fn=bind_to_supervisor,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )


class Failed(RuntimeError):
    """A process that had to succeed once did not."""


async def once(process: Process, logs: Path) -> None:
    """Runs to the end; raises Failed, with the end of its log, where it does not exit 0."""
    child = await spawn(process, logs)
    try:
        status = await child.wait()
    except asyncio.CancelledError:
        await end(child, process.stop, within=3)
        raise
    if status != 0:
        log = logs / f"{process.name}.log"
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise Failed(f"{process.name} exited with {status}; the end of {log}:\n{tail}")


async def end(child: asyncio.subprocess.Process, stop: signal.Signals, within: float) -> None:
    """Asks, waits so many seconds, then kills."""
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(stop)
        try:
            await asyncio.wait_for(child.wait(), within)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()


def started_at(pid: int) -> float:
    """Unix time; 0 where the process is gone already."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return 0.0


def same(pid: int, started: float, program: str) -> psutil.Process | None:
    """The process once started as such, or None: a pid is reused, its start and program together are not."""
    try:
        found = psutil.Process(pid)
        if abs(found.create_time() - started) < 2 and found.cmdline()[:1] == [program]:
            return found
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        pass
    return None
