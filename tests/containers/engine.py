"""A Docker engine for as long as it is needed: the one that runs here, or one of our own, which is then ended."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: What is worth keeping between runs: the images' layers, and Debian's packages in them.
CACHE = Path("/var/cache/ringback-containers")
#: What ours is asked by; short, for a socket's path must be.
SOCKET = Path("/run/ringback-containers/docker.sock")
PACKAGES = {"dockerd": "docker.io", "docker-compose": "docker-compose", "debootstrap": "debootstrap"}
UP_WITHIN_S = 60


def install() -> None:
    """Debian's packages, where a program is missing."""
    missing = [package for program, package in PACKAGES.items() if shutil.which(program) is None]
    if missing:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "install", "-qq", "--no-install-recommends", *missing], check=True, env=environment)


@contextmanager
def engine() -> Iterator[bool]:
    """While the block runs an engine answers; whether it is ours. Another's can pull images, and gets none of ours."""
    if answers():
        yield False
        return
    SOCKET.parent.mkdir(mode=0o700, exist_ok=True)
    os.environ["DOCKER_HOST"] = f"unix://{SOCKET}"
    command = [
        *("dockerd", "--host", os.environ["DOCKER_HOST"], "--pidfile", str(SOCKET.with_name("pid"))),
        *("--data-root", str(CACHE / "engine"), "--exec-root", str(SOCKET.with_name("exec"))),
    ]
    CACHE.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (CACHE / "engine.log").open("wb") as log:
        daemon = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        await_answer(daemon)
        yield True
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(60)
        shutil.rmtree(SOCKET.parent, ignore_errors=True)


def answers() -> bool:
    """Whether an engine does at DOCKER_HOST, or where the client looks by itself."""
    return subprocess.run(["docker", "version"], capture_output=True).returncode == 0


def await_answer(daemon: "subprocess.Popen[bytes]") -> None:
    """Raises AssertionError with the end of its log where it does not come up."""
    deadline = time.monotonic() + UP_WITHIN_S
    while not answers():
        log = (CACHE / "engine.log").read_text(errors="replace")[-3_000:]
        assert daemon.poll() is None and time.monotonic() < deadline, f"dockerd did not come up:\n{log}"
        time.sleep(0.1)
