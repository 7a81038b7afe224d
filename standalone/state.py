"""The state folder: what one stack keeps, and what others may read of it.

`State.open(path)` is for readers (the command line): `.url`, `.signing_keys`, `.running()`. It raises NoState
where no stack was ever started. `State.create(path)` is for whoever starts one. `read_processes(path)` gives
the process table as the supervisor last wrote it.
"""

import fcntl
import json
import os
import secrets
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

from ringback.http import keys
from standalone import ports

SERVICES = ("ingest", "contacts", "conversations", "calls")
ROLES = ("owner", "writer", "api")


class NoState(RuntimeError):
    """No stack was started in this folder."""


class AlreadyRunning(RuntimeError):
    """Another `up` holds this state folder."""


class State:
    def __init__(self, path: Path, kept: dict[str, Any]) -> None:
        self.path = path
        self.identity: str = kept["identity"]
        self.cluster_id: str = kept["cluster_id"]
        self._passwords: dict[str, str] = kept["passwords"]
        self._lock: int | None = None

    @classmethod
    def open(cls, path: Path) -> "State":
        path = path.resolve()
        try:
            return cls(path, json.loads((path / "secrets.json").read_text()))
        except FileNotFoundError:
            raise NoState(f"no stack was started in {path}: `ringback up` starts one") from None

    @classmethod
    def create(cls, path: Path) -> "State":
        """Opens the state, generating its secrets first where there are none."""
        path = path.resolve()
        for folder in (path, path / "logs", path / "spool"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (path / "secrets.json").exists():
            write(path / "secrets.json", json.dumps(_generated(), indent=1))
        state = cls.open(path)
        if not state.signing_keys.exists():
            keys.rotate(state.signing_keys, retire_after_s=0)
        return state

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def signing_keys(self) -> Path:
        """The keys that sign this stack's tokens; `ringback keys rotate` writes them anew."""
        return self.path / "signing-keys.json"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port('http')}"

    def password(self, role: str) -> str:
        return self._passwords[role]

    def dsn(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{self.password(role)}@127.0.0.1:{self.port('postgres')}/{database}"

    def port(self, name: str) -> int:
        """The port chosen at the last start; raises NoState before the first."""
        try:
            return int(json.loads((self.path / "ports.json").read_text())[name])
        except (FileNotFoundError, KeyError):
            raise NoState(f"no stack has chosen a port for {name} in {self.path}") from None

    def choose_ports(self, names: list[str], fixed: dict[str, int] | None = None) -> None:
        """A port each, the one of the last time where it is free still."""
        file = self.path / "ports.json"
        before = json.loads(file.read_text()) if file.exists() else {}
        chosen = dict(fixed or {})
        for name in names:
            port = before.get(name)
            taken = set(chosen.values())
            if port is None or port in taken or not ports.is_free(port):
                port = ports.free(taken)
            chosen[name] = port
        write(file, json.dumps(chosen, indent=1))

    def take(self) -> None:
        """Holds the folder until this process ends, however it ends; raises AlreadyRunning."""
        lock = os.open(self.path / "up.pid", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(lock, 20).decode().strip()
            os.close(lock)
            raise AlreadyRunning(f"a stack is running already in {self.path} (pid {pid})") from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        self._lock = lock

    def release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def running(self) -> bool:
        """Whether a supervisor holds this folder."""
        try:
            lock = os.open(self.path / "up.pid", os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False


def _generated() -> dict[str, Any]:
    roles = ["postgres", *(f"{service}_{role}" for service in SERVICES for role in ROLES)]
    return {
        "identity": secrets.token_hex(8),
        "cluster_id": urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="),
        "passwords": {role: secrets.token_hex(16) for role in roles},
    }


def write(file: Path, text: str) -> None:
    """Atomically, and for our eyes only: a reader meets the old text or the new."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    aside.touch(mode=0o600)
    aside.write_text(text)
    os.replace(aside, file)


def read_table(state: Path) -> list[dict[str, Any]]:
    """The process table with all that the next supervisor needs to recognise leftovers."""
    try:
        table: list[dict[str, Any]] = json.loads((state / "processes.json").read_text())
    except FileNotFoundError:
        return []
    return table


def read_processes(state: Path) -> list[dict[str, Any]]:
    """`name, pid, restarts` of each process; nothing after a stack has been stopped in order."""
    return [{key: line[key] for key in ("name", "pid", "restarts")} for line in read_table(state)]
