"""`make containers-test`: the images are built, the compose stack imports under blows, the integration tests run on
containers. Leaves nothing running; what it keeps, layers of images, lies under /var/cache/ringback-containers.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.containers import images
from tests.containers.compose import Compose
from tests.containers.course import walk
from tests.containers.engine import engine, install


def main() -> int:
    """Pytest's own closing line is the last that is printed."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    install()
    with engine() as ours:
        if ours:
            with step("base images"):
                images.make()
        with tempfile.TemporaryDirectory(prefix="ringback-containers-") as folder:
            try_stack(Path(folder))
        return integration_tests()


def try_stack(folder: Path) -> None:
    compose = Compose(folder)
    try:
        with step("compose build"):
            compose.run("build", "--build-arg", "PIP_NO_INDEX=1")
        with step("compose up, until all are healthy"):
            compose.run("up", "--detach")
            compose.await_health()
        with step("compose course"):
            walk(compose, folder)
    finally:
        with step("compose down"):
            compose.run("down", "--volumes", "--timeout", "5")


def integration_tests() -> int:
    """On containers of the images that docker-compose.yml names (tests/servers.py)."""
    environment = os.environ | {"RINGBACK_TEST_SERVERS": "containers", "TESTCONTAINERS_RYUK_DISABLED": "true"}
    command = [sys.executable, "-m", "pytest", "-q", "tests/integration"]
    return subprocess.run(command, cwd=images.ROOT, env=environment).returncode


@contextmanager
def step(name: str) -> Iterator[None]:
    sys.stdout.write(f"== {name} …\n")
    sys.stdout.flush()
    began = time.monotonic()
    yield
    sys.stdout.write(f"== {name}: {time.monotonic() - began:.1f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
