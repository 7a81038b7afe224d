"""What `ringback up` promises of the processes it keeps."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import asyncpg
import psutil
import pytest

from standalone import postgres
from standalone.state import State, read_processes
from tests.stack import Stack, forget

SMALL = (str(Path(__file__).with_name("small_stack.py")),)


def eventually(condition: Callable[[], bool], within: float = 20) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


@contextmanager
def small_stack(state: Path) -> Iterator[Stack]:
    stack = Stack(state, {}, SMALL)
    try:
        stack.wait_until_ready()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "state"
    forget(tmp_path / "state")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Shared by the tests that leave it up."""
    state = tmp_path_factory.mktemp("up") / "state"
    with small_stack(state) as started:
        yield started
    forget(state)


def restarts(stack: Stack, name: str) -> int:
    return next(int(line["restarts"]) for line in stack.ps() if line["name"] == name)


def has_restarted(stack: Stack, name: str, times: int) -> bool:
    """A new one is there: the count and the pid are written together."""
    return restarts(stack, name) == times


def up(state: Path, port: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, *SMALL, "--port", port, "--state", str(state)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_a_second_up_on_the_same_state_says_so(stack: Stack) -> None:
    second = up(stack.state, "any")
    assert second.returncode == 1
    assert f"running already in {stack.state} (pid {stack.process.pid})" in second.stderr
    assert State.open(stack.state).running()


@pytest.mark.parametrize("name", ["kafka", "postgres", "worker", "http"])
def test_a_killed_process_is_back_and_counted(stack: Stack, name: str) -> None:
    before = restarts(stack, name)
    killed = stack.kill(name)
    eventually(lambda: stack.pid(name) != killed)
    assert restarts(stack, name) == before + 1
    assert psutil.pid_exists(stack.pid(name))


def test_however_often_a_process_is_killed_it_comes_back_within_a_second_or_so(stack: Stack) -> None:
    before = restarts(stack, "worker")
    for _ in range(8):
        stack.kill("worker")
        before += 1
        eventually(partial(has_restarted, stack, "worker", before), within=2)


def test_the_process_table_never_shows_a_process_without_a_pid(stack: Stack) -> None:
    before = restarts(stack, "worker")
    stack.kill("worker")
    while not has_restarted(stack, "worker", before + 1):
        assert all(line["pid"] for line in stack.ps())


async def test_postgres_is_back_though_a_backend_of_the_killed_one_computes_on(stack: Stack) -> None:
    dsn = State.open(stack.state).dsn("postgres", "postgres")
    await asyncio.wait_for(postgres.ready(dsn), 20)
    busy = await asyncpg.connect(dsn)
    backend = psutil.Process(await busy.fetchval("SELECT pg_backend_pid()"))
    query = asyncio.create_task(busy.fetchval("SELECT count(*) FROM generate_series(1, 1e10) a"))
    await asyncio.to_thread(eventually, lambda: backend.cpu_percent(0.1) > 20)
    stack.kill("postgres")
    with pytest.raises((asyncpg.PostgresError, OSError)):
        await query
    await asyncio.wait_for(postgres.ready(dsn), 20)
    assert not backend.is_running()


def test_a_busy_port_that_was_asked_for_is_an_error(state: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = up(state, str(port))
    assert refused.returncode == 1
    assert f"port {port} is busy" in refused.stderr


def test_sigterm_leaves_nothing_running_not_even_a_process_that_is_stopped(state: Path) -> None:
    with small_stack(state) as stack:
        running = stack.descendants()
        assert {"java", "postgres"} <= {process.name() for process in running}
        os.kill(stack.pid("worker"), signal.SIGSTOP)
        assert stack.stop(within=20) == 0
    assert not [process for process in running if process.is_running()]
    assert read_processes(state) == []
    assert not State.open(state).running()


def test_what_a_killed_supervisor_left_does_not_stand_in_the_way(state: Path) -> None:
    with small_stack(state) as stack:
        left = stack.descendants()
        stack.process.kill()
        stack.process.wait()
    with small_stack(state):
        assert not [process for process in left if process.is_running()]
