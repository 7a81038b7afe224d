"""`ringback up`: `run(port, state)` starts the stack, says where it is, and keeps it until it is stopped.

It returns the exit status: 0 after SIGTERM, SIGINT or SIGHUP, 1 where it could not start. `port` None means
8080, or a free port where that is busy. The line that begins with "ready" is printed once `/readyz` is 200.
"""

import asyncio
import signal
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ringback.http.keys import Keyring
from ringback.http.tokens import sign
from standalone import ports, stack
from standalone.children import Failed
from standalone.jars import RefusedJar
from standalone.processes import Table, ports_needed, table
from standalone.state import AlreadyRunning, State
from standalone.supervisor import Supervisor, end_leftovers

USUAL_PORT = 8080
DEMO_TENANT = "demo"


class PortTaken(RuntimeError):
    """The port that was asked for is another program's."""


async def run(port: int | None, state: Path, processes: Callable[[State], Table] = table) -> int:
    opened = State.create(state)
    try:
        opened.take()
        await end_leftovers(opened.path)
        opened.choose_ports(ports_needed(), {"http": http_port(port)})
        return await _serve(opened, processes(opened))
    except (AlreadyRunning, PortTaken, Failed, RefusedJar, LookupError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        opened.release()


def http_port(wanted: int | None) -> int:
    if ports.is_free(wanted or USUAL_PORT):
        return wanted or USUAL_PORT
    if wanted is not None:
        raise PortTaken(f"port {wanted} is busy: another --port, or none for a free one")
    return ports.free(set())


async def _serve(state: State, processes: Table) -> int:
    stopping = _stop_signals()
    _keep_one_old_log(state.logs)
    supervisor = Supervisor(state.path)
    starting = asyncio.create_task(_start(supervisor, state, processes))
    stopped = asyncio.create_task(stopping.wait())
    endings: set[asyncio.Future[Any]] = {stopped, supervisor.crashed}
    try:
        await asyncio.wait(endings | {starting}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
        if supervisor.crashed.done():
            supervisor.crashed.result()
        _say("stopping")
        return 0
    finally:
        starting.cancel()
        stopped.cancel()
        await asyncio.wait({starting, stopped})
        await stack.drain(supervisor, processes)


def _stop_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


def _keep_one_old_log(logs: Path) -> None:
    """A start begins new logs; those of the start before stay beside them."""
    for log in logs.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))


async def _start(supervisor: Supervisor, state: State, processes: Table) -> None:
    _say(f"starting; the logs are in {state.logs}")
    await stack.start(supervisor, state, processes)
    while True:
        if await asyncio.to_thread(_is_ready, f"{state.url}/readyz"):
            break
        await asyncio.sleep(0.1)
    _say(f"ready: {state.url}")
    key = Keyring(state.signing_keys).signing
    _say(f"token of tenant {DEMO_TENANT}, owner: {sign(key, tenant=DEMO_TENANT, role='owner')}")


def _is_ready(url: str) -> bool:
    """Straight to loopback, whatever proxy the environment names; a 503 is an OSError here."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
