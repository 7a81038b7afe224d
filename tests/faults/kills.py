"""Killing the stack's processes: at once, or by themselves at the named places of their code."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

from tests.faults.waiting import until
from tests.stack import Running

#: Each life of a domain's process ends with its first batch, which may hold all that is on its way.
OF_DOMAIN = ("before-commit", "after-commit", "after-tally")
ARMED = [f"{domain}.{place}@1" for domain in ("contacts", "conversations", "calls") for place in OF_DOMAIN]
ARMED += ["ingest.after-send@4", "ingest.after-ack@4", "ingest.before-finish"]


class Kill(NamedTuple):
    """`at` is Unix time."""

    process: str
    where: str
    at: float

    def __str__(self) -> str:
        return f"{self.process}, killed {self.where}"


class Failpoints:
    """All are armed by the environment, and none fires while its mark lies there."""

    def __init__(self, marks: Path) -> None:
        self._marks = marks
        marks.mkdir()
        for name in self.names():
            (marks / name).touch()

    @property
    def environment(self) -> dict[str, str]:
        return {"RINGBACK_FAILPOINTS": ",".join(ARMED), "RINGBACK_FAILPOINT_MARKS": str(self._marks)}

    def names(self, service: str = "") -> list[str]:
        return [name for each in ARMED if (name := each.partition("@")[0]).startswith(service)]

    @contextlib.contextmanager
    def armed(self, service: str) -> Iterator[None]:
        """From its next start on: a process counts how often it comes by from its first breath."""
        for name in self.names(service):
            (self._marks / name).unlink()
        try:
            yield
        finally:
            for name in self.names(service):
                (self._marks / name).touch()

    def fired(self, service: str) -> list[Kill]:
        """In the order in which they fired."""
        kills = []
        for name in self.names(service):
            with contextlib.suppress(FileNotFoundError):
                kills.append(Kill(f"{service}-worker", name.partition(".")[2], (self._marks / name).stat().st_mtime))
        return sorted(kills, key=lambda kill: kill.at)


async def kill(stack: Running, name: str) -> Kill:
    """The one that runs now, wherever it is."""
    at = time.time()
    os.kill(await running(stack, name), signal.SIGKILL)
    return Kill(name, "anywhere", at)


async def running(stack: Running, name: str) -> int:
    """The process id, once it is there: one that was just killed is started again."""

    def alive() -> int | None:
        pid = stack.pid(name)
        return pid if psutil.pid_exists(pid) else None

    return await until(alive)
