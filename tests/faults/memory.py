"""What the services' processes hold in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil

from tests.stack import Running

#: Bytes that a process may have more at the end of an outage than at its beginning: buffers, but no backlog.
GROWTH = 64 << 20
SERVERS = ("kafka", "postgres")


def resident(stack: Running) -> dict[str, tuple[int, int]]:
    """(process id, bytes) of each process of ours that runs."""
    found = {}
    for line in stack.ps():
        if line["name"] not in SERVERS and psutil.pid_exists(line["pid"]):
            found[line["name"]] = line["pid"], psutil.Process(line["pid"]).memory_info().rss
    return found


@asynccontextmanager
async def flat_memory(stack: Running) -> AsyncIterator[None]:
    """A process that was started again meanwhile has begun anew, and is not compared."""
    before = resident(stack)
    yield
    after = resident(stack)
    grown = {
        name: f"{(after[name][1] - size) >> 20} MiB more than {size >> 20}"
        for name, (pid, size) in before.items()
        if name in after and after[name][0] == pid and after[name][1] - size > GROWTH
    }
    assert not grown, f"memory has grown: {grown}"
