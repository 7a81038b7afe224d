"""A disk that is soon full."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

#: Bytes.
ROOM = 3 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid():
        pytest.skip("only root may mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", disk], check=True)
