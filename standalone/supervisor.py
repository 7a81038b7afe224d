"""Keeps processes running: a dead one is started again at once, however often, until it is told to stop."""

import asyncio
import contextlib
import json
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from standalone.children import Process, end, same, spawn, started_at
from standalone.state import read_table, write

QUICK_DEATH = 0.5  # seconds; one that dies sooner, again and again, must not eat a core
PAUSE_EACH = 0.05
LONGEST_PAUSE = 1.0


@dataclass
class _Kept:
    process: Process
    child: asyncio.subprocess.Process | None = None
    started: float = 0.0
    restarts: int = 0
    stopping: bool = False
    task: "asyncio.Task[None] | None" = None


class Supervisor:
    """`crashed` gets the exception where keeping a process is impossible, such as a program that is missing."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._logs = state / "logs"
        self._logs.mkdir(parents=True, exist_ok=True)
        self._kept: dict[str, _Kept] = {}
        self.crashed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def start(self, process: Process) -> None:
        kept = self._kept[process.name] = _Kept(process)
        kept.task = asyncio.create_task(self._keep(kept), name=process.name)
        kept.task.add_done_callback(self._notice)

    async def stop(self, names: Iterable[str], within: float) -> None:
        """Together: all are asked at once, and killed where they still run after so many seconds."""
        leaving = [self._kept[name] for name in names if name in self._kept]
        for kept in leaving:
            kept.stopping = True
        await asyncio.gather(*(self._end(kept, within) for kept in leaving))
        for kept in leaving:
            del self._kept[kept.process.name]
        self._write()

    async def _end(self, kept: _Kept, within: float) -> None:
        if kept.child is not None:
            await end(kept.child, kept.process.stop, within)
        if kept.task is not None:
            kept.task.cancel()
            await asyncio.wait([kept.task])

    async def _keep(self, kept: _Kept) -> None:
        quick = 0
        while not kept.stopping:
            await kept.process.before()
            began = time.monotonic()
            kept.child = await spawn(kept.process, self._logs)
            kept.started = started_at(kept.child.pid)
            self._write()
            await kept.child.wait()
            if kept.stopping:
                return
            kept.restarts += 1
            quick = quick + 1 if time.monotonic() - began < QUICK_DEATH else 0
            if quick > 1:
                await asyncio.sleep(min(LONGEST_PAUSE, PAUSE_EACH * quick))

    def _notice(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) and not self.crashed.done():
            self.crashed.set_exception(error)

    def _write(self) -> None:
        table = [
            {
                "name": kept.process.name,
                "pid": kept.child.pid,
                "restarts": kept.restarts,
                "started": kept.started,
                "program": kept.process.command[0],
                "stop": int(kept.process.stop),
            }
            for kept in self._kept.values()
            if kept.child is not None
        ]
        write(self._state / "processes.json", json.dumps(table, indent=1))


async def end_leftovers(state: Path, within: float = 10.0) -> None:
    """Ends what a killed supervisor left running, and only that."""
    found = [
        (process, signal.Signals(line["stop"]))
        for line in read_table(state)
        if (process := same(line["pid"], line["started"], line["program"]))
    ]
    for process, stop in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(stop)
    _, alive = await asyncio.to_thread(psutil.wait_procs, [process for process, _ in found], within)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    await asyncio.to_thread(psutil.wait_procs, alive, 5)
    (state / "processes.json").unlink(missing_ok=True)
