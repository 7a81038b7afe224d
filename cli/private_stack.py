"""A stack of one's own for as long as it is needed, in a folder that is given up afterwards."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from cli.connection import DEMO_TENANT, Connection
from cli.keys import local_token
from cli.trouble import Trouble
from standalone.postgres_binaries import account, data_home
from standalone.state import NoState, State

#: A stack is ready in 20 s once installed, and drains in 20 s; the rest is for a busy machine.
READY_WITHIN_S = 90
GONE_WITHIN_S = 30


STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A signal waits until the end: between a fork and our knowing its id it would leave a child that nobody ends.

    They are not blocked, for the child would inherit that.
    """
    arrived: list[int] = []
    before = {number: signal.signal(number, lambda which, _: arrived.append(which)) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if arrived:
        raise KeyboardInterrupt


class PrivateStack:
    """`ringback up` in a process and a session of its own: Ctrl-C reaches only us, who then end it in order."""

    def __init__(self, folder: Path) -> None:
        self._state = folder / "state"
        self._said = folder / "up.log"
        self._up: subprocess.Popen[bytes] | None = None

    def start(self) -> Connection:
        """Where it is, once it is ready. Raises Trouble with its last words where it cannot."""
        with self._said.open("wb") as said:
            command = [sys.executable, "-m", "cli", "up", "--state", str(self._state)]
            with _undisturbed():
                self._up = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)
        deadline = time.monotonic() + READY_WITHIN_S
        while not any(line.startswith("ready") for line in self._said.read_text().splitlines()):
            if self._up.poll() is not None or time.monotonic() > deadline:
                raise Trouble(f"the stack did not come up:\n{self._said.read_text()[-2_000:]}")
            time.sleep(0.1)
        # Not `connection()`: the environment may name another server, and a demo has no business there.
        return Connection(State.open(self._state).url, local_token(self._state, DEMO_TENANT, "owner"))

    def stop(self) -> list[str]:
        """What was still there after it, which is then killed; and where `up` itself ended badly, that."""
        if self._up is None:
            return []
        children = self._children()
        self._up.send_signal(signal.SIGTERM)
        try:
            status = self._up.wait(GONE_WITHIN_S)
            # By the signal itself only where it came before `up` could take it, so before anything was started.
            ended_well = status in (0, -signal.SIGTERM)
            faults = [] if ended_well else [f"`ringback up` ended with status {status}"]
        except subprocess.TimeoutExpired:
            self._up.kill()
            self._up.wait()
            faults = [f"`ringback up` did not end within {GONE_WITHIN_S} s"]
        # Those that outlived `up` may just be about to go, as they do when it is killed.
        _, alive = psutil.wait_procs(children, timeout=1)
        faults += [_killed(process) for process in alive]
        self._forget()
        return faults

    def _children(self) -> list[psutil.Process]:
        assert self._up is not None
        try:
            return psutil.Process(self._up.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def _forget(self) -> None:
        """Postgres' data lies outside the state folder where another user runs it."""
        if account() is None:
            return
        try:
            shutil.rmtree(data_home(self._state, State.open(self._state).identity))
        except NoState:
            return


def _killed(process: psutil.Process) -> str:
    try:
        name = f"{process.pid} {' '.join(process.cmdline())[:80]}"
        process.kill()
    except psutil.NoSuchProcess:
        return str(process.pid)
    return name
