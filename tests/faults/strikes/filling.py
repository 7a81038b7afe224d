"""The spool's disk is full: an upload is refused and gone, and everything else goes on (fault 7)."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.round import Blow, Scene
from tests.faults.tenant import tenant

#: Bytes left on the disk, and those of the upload that is one too many.
LEFT = 1 << 20
TOO_MUCH = 4 << 20


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """A file system of its own at `folder`; False where this machine does not let us mount one (it takes root)."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


async def disk_full(scene: Scene) -> list[Blow]:
    """Beside the imports that are at work."""
    spool = scene.stack.state / "spool"
    with _ballast(spool):
        before = {path.name for path in spool.iterdir()}
        async with tenant(scene.stack, f"{scene.tenant.name}-greedy") as greedy:
            answer = await greedy.http.post("/v1/imports", files={"file": ("big.zip", os.urandom(TOO_MUCH))})
            assert answer.status_code == 507, f"{answer.status_code}: {answer.text}"
            assert answer.headers["content-type"] == "application/problem+json"
            left = {path.name for path in spool.iterdir()} - before
            assert not [name for name in left if (spool / name).stat().st_size > LEFT], left
        await asyncio.sleep(scene.seconds)
    return [await scene.over("the spool was full")]


@contextmanager
def _ballast(folder: Path) -> Iterator[None]:
    """All of the disk but `LEFT`."""
    assert folder.is_mount(), "the stack's spool is no disk of its own"
    file = folder / "ballast"
    disk = os.statvfs(folder)
    with file.open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, max(1, disk.f_bavail * disk.f_frsize - LEFT))
    try:
        yield
    finally:
        file.unlink()
