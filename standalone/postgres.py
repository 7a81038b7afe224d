"""One Postgres server on loopback, with the settings of a server that may lose its power: fsync stays on."""

import asyncio
import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import asyncpg
import psutil

from standalone.children import Process, once
from standalone.postgres_binaries import account, data_home, unpacked
from standalone.state import State

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "fsync": "on",
    "synchronous_commit": "on",
    # The statements are short and the same ones again and again; compiling them costs more than it saves.
    "jit": "off",
}


async def server(state: State, further: Mapping[str, str] = MappingProxyType({})) -> Process:
    """Initialises the data folder where there is none and returns the process to be supervised."""
    # Unpacking and clearing take seconds of plain file work; Kafka starts meanwhile.
    home = await asyncio.to_thread(data_home, state.path, state.identity)
    programs = await asyncio.to_thread(unpacked)
    data = home / "data"
    if not data.exists():
        await _initialise(programs, home, state)
    settings = SETTINGS | {"port": str(state.port("postgres"))} | dict(further)
    return Process(
        name="postgres",
        command=(
            str(programs / "bin" / "postgres"),
            "-D",
            str(data),
            *(word for item in settings.items() for word in ("-c", "=".join(item))),
        ),
        env=_environment(),
        stop=signal.SIGINT,  # fast shutdown: sessions end, the checkpoint is written
        account=account(),
        folder=home,
        before=lambda: clear_way(data),
    )


def _environment() -> dict[str, str]:
    """Nothing of ours: PGDATA, PGPORT and the like of the caller's shell must not steer this server."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


async def _initialise(programs: Path, home: Path, state: State) -> None:
    """Aside, then renamed: a killed initdb leaves no half data folder that looks whole."""
    fresh, password = home / "data.new", home / "password"
    shutil.rmtree(fresh, ignore_errors=True)
    password.touch(mode=0o600)
    password.write_text(state.password("postgres"))
    user = account()
    if user is not None:
        os.chown(password, user.uid, user.gid)
    command = (
        *(str(programs / "bin" / "initdb"), "-D", str(fresh), "-U", "postgres"),
        *("--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", "--locale=C"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    )
    try:
        process = Process("postgres-initdb", command, _environment(), account=user, folder=home)
        await once(process, state.logs)
        fresh.rename(home / "data")
    finally:
        password.unlink()


async def clear_way(data: Path, patience: float = 2.0) -> None:
    """Makes a start possible after the postmaster was killed.

    Its backends end by themselves once they notice, but one that computes does not, and while any holds the
    shared memory no postmaster starts. They are waited for, then killed by id: who works in this data folder
    is this server's. With none left, the pid file is stale, whoever has that pid now.
    """
    orphans = [process for process in psutil.process_iter() if _works_in(process, data)]
    if orphans:
        _, alive = await asyncio.to_thread(psutil.wait_procs, orphans, patience)
        for process in alive:
            process.kill()
        await asyncio.to_thread(psutil.wait_procs, alive, patience)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == data.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return False


async def ready(dsn: str) -> None:
    """Returns once the server answers; its supervisor restarts it meanwhile, so this does not give up."""
    while True:
        try:
            connection = await asyncpg.connect(dsn, timeout=5)
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
            await asyncio.sleep(0.05)
        else:
            await connection.close()
            return
