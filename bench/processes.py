"""What the processes of a stack have used, as the operating system counts it."""

from pathlib import Path

import psutil

from standalone.state import read_processes


def cpu_seconds(state: Path) -> dict[str, float]:
    """User and system seconds of each process so far, with those of its children (Postgres' backends)."""
    used = {}
    for process in read_processes(state):
        own = psutil.Process(process["pid"])
        family = [own, *own.children(recursive=True)]
        used[process["name"]] = sum(_seconds(each) for each in family)
    return used


def _seconds(process: psutil.Process) -> float:
    """None of a backend that has ended since it was listed: its time is its parent's by now."""
    try:
        return sum(process.cpu_times()[:4])
    except psutil.NoSuchProcess:
        return 0.0


def peak_megabytes(state: Path, name: str) -> float:
    """The largest resident size that the process has had."""
    pid = next(process["pid"] for process in read_processes(state) if process["name"] == name)
    status = Path(f"/proc/{pid}/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1_024
