"""The real servers for tests: Kafka and Postgres alone (`infrastructure`), or the whole of `ringback up`."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio

from ringback.http.keys import Keyring
from ringback.http.tokens import sign
from standalone import infrastructure as servers
from standalone import ports
from standalone.postgres_binaries import account, data_home
from standalone.state import State, read_processes
from standalone.supervisor import Supervisor


@dataclass(frozen=True)
class Infrastructure:
    """Every service's database and roles are there, without tables."""

    bootstrap: str
    admin_dsn: str
    state: State

    def dsn(self, service: str, role: str) -> str:
        """`role` is owner, writer or api."""
        return self.state.dsn(f"{service}_{role}", service)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def infrastructure(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Infrastructure]:
    state = State.create(tmp_path_factory.mktemp("infrastructure"))
    state.choose_ports(servers.PORTS)
    supervisor = Supervisor(state.path)
    try:
        await asyncio.wait_for(servers.start(supervisor, state), 60)
        admin = state.dsn("postgres", "postgres")
        yield Infrastructure(servers.bootstrap(state), admin, state)
    finally:
        await servers.stop(supervisor)
        forget(state.path)


def forget(state: Path) -> None:
    """Removes what a stopped stack left, also Postgres' data outside the state folder."""
    if account() is not None and (state / "secrets.json").exists():
        shutil.rmtree(data_home(state, State.open(state).identity))
    shutil.rmtree(state, ignore_errors=True)


class Running:
    """A whole stack that runs in the folder `state`: where it is, who it is, and a token for it."""

    state: Path

    @property
    def url(self) -> str:
        return State.open(self.state).url

    def token(self, tenant: str = "demo", role: str = "owner") -> str:
        """An operator's has no tenant: `tenant=""`."""
        return sign(Keyring(State.open(self.state).signing_keys).signing, tenant=tenant, role=role)

    def ps(self) -> list[dict[str, Any]]:
        return read_processes(self.state)

    def pid(self, name: str) -> int:
        return next(int(line["pid"]) for line in self.ps() if line["name"] == name)

    def kill(self, name: str, with_signal: signal.Signals = signal.SIGKILL) -> int:
        pid = self.pid(name)
        os.kill(pid, with_signal)
        return pid

    def get(self, path: str, tenant: str = "demo", role: str = "owner") -> Any:
        headers = {"Authorization": f"Bearer {self.token(tenant, role)}"}
        request = urllib.request.Request(f"{self.url}{path}", headers=headers)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=10) as answer:
            return json.loads(answer.read())


class Stack(Running):
    """`ringback up` in a process of its own, on a free port; `command` may name another stack's program."""

    def __init__(
        self, state: Path, environment: dict[str, str], command: tuple[str, ...] = ("-m", "cli", "up")
    ) -> None:
        self.state = state
        self.output = state.with_suffix(".out")
        state.parent.mkdir(parents=True, exist_ok=True)
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, *command, "--port", str(ports.free(set())), "--state", str(state)],
                stdout=out,
                stderr=out,
                env=os.environ | environment,
                start_new_session=True,
            )

    def wait_until_ready(self, within: float = 60) -> None:
        deadline = time.monotonic() + within
        while "\nready: " not in self.output.read_text():
            assert self.process.poll() is None, f"up ended: {self.output.read_text()}"
            assert time.monotonic() < deadline, f"not ready in {within} s: {self.output.read_text()}"
            time.sleep(0.05)

    def descendants(self) -> list[psutil.Process]:
        if self.process.poll() is not None:
            return []
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, within: float = 20) -> int:
        """Drains and returns the exit status; whatever is left after so long is killed by its id."""
        children = self.descendants()
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(within)
        finally:
            for left in [process for process in children if process.is_running()]:
                left.kill()
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
