"""The jars that the lock files name, brought once and verified every time.

They lie beside the interpreter's packages, so whoever may run the one may read the other. A jar whose sha256
is not the locked one is refused, whether it was just brought or lay in the cache.
"""

import hashlib
import os
import platform
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

LOCKS = Path(__file__).parent / "locks"
KAFKA_LOCK = LOCKS / "kafka.lock.toml"
POSTGRES_LOCK = LOCKS / "postgres.lock.toml"
POSTGRES_ARTIFACT = "embedded-postgres-binaries"
POSTGRES_PLATFORMS = ("linux-amd64", "linux-arm64v8", "darwin-amd64", "darwin-arm64v8")
CACHE = Path(sys.prefix) / "share" / "ringback"


class RefusedJar(RuntimeError):
    """A jar's sha256 is not the one in the lock; it must not be run."""


@dataclass(frozen=True)
class Jar:
    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def filename(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    @property
    def coordinate(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"


def locked(lock: Path) -> list[Jar]:
    """Reads jgo's format by itself: importing jgo would cost every start of the stack 0.3 s."""
    entries = tomllib.loads(lock.read_text())["dependencies"]
    return [Jar(e["groupId"], e["artifactId"], e["version"], e["sha256"]) for e in entries]


def kafka_jars() -> list[Jar]:
    return locked(KAFKA_LOCK)


def postgres_jar() -> Jar:
    """The one for this platform; raises LookupError where there is none."""
    machine = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64v8", "arm64": "arm64v8"}
    here = f"{platform.system().lower()}-{machine.get(platform.machine().lower(), platform.machine())}"
    for jar in locked(POSTGRES_LOCK):
        if jar.artifact == f"{POSTGRES_ARTIFACT}-{here}":
            return jar
    raise LookupError(f"no Postgres is locked for {here}; there is one for {', '.join(POSTGRES_PLATFORMS)}")


def bring(jars: list[Jar], cache: Path = CACHE) -> list[Path]:
    """Where each jar lies, fetched if missing. Raises RefusedJar where one differs from the lock."""
    folder = cache / "jars"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [jar for jar in jars if not (folder / jar.filename).exists()]
    if missing:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda jar: _fetch(jar, folder), missing))
    paths = [folder / jar.filename for jar in jars]
    for jar, path in zip(jars, paths, strict=True):
        verify(jar, path)
    return paths


def verify(jar: Jar, path: Path) -> None:
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != jar.sha256:
        raise RefusedJar(f"{jar.coordinate}: {path} has sha256 {actual}, locked is {jar.sha256}")


def _fetch(jar: Jar, folder: Path) -> None:
    """Downloads aside and verifies before the rename: a cut download never looks like a jar."""
    from jgo.maven import MavenContext

    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as aside:
        context = MavenContext(repo_cache=Path(aside), timeout=60)
        path = context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
        verify(jar, path)
        os.replace(path, folder / jar.filename)
