"""A large upload: what http and the ingest worker hold in memory does not grow with the file."""

import asyncio
import csv
import tempfile
import time
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import TextIOWrapper
from pathlib import Path

from tests.faults.memory import resident
from tests.faults.round import Blow, Scene, load
from tests.faults.tenant import tenant
from tests.reference.build import OURS

MEGABYTES = 300
BODY = "All work and no play makes a long message. " * 70
#: Bytes that a process may have more at its peak: the rows of a window, and a few chunks of the file.
GROWTH = 96 << 20
WATCHED = ("http", "ingest-worker")


async def large_upload(scene: Scene) -> list[Blow]:
    """Dry, of a tenant of its own, while other imports are at work."""
    began = time.time()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.zip"
        rows = await asyncio.to_thread(write, path)
        async with tenant(scene.stack, f"{scene.tenant.name}-large") as large, _peak(scene) as peaks:
            with path.open("rb") as file:
                form = {"dry_run": "true"}
                answer = await large.http.post("/v1/imports", files={"file": file}, data=form, timeout=120 * load())
            assert answer.status_code == 202, answer.text
            it = await large.ended(answer.json()["id"], within=300 * load())
    assert it["summary"] == {"messages": {"rows": rows, "new": rows, "updated": 0, "skipped": 0, "failed": 0}}
    grown = ", ".join(f"{name} {before >> 20} to {peak >> 20} MiB" for name, (before, peak) in peaks.items())
    assert all(peak - before <= GROWTH for before, peak in peaks.values()), grown
    return [await scene.over(f"{MEGABYTES} MB, {rows:,} rows in {time.time() - began:.0f} s: {grown}")]


def write(path: Path, megabytes: int = MEGABYTES) -> int:
    """A ZIP that is as large as what is in it; answers how many rows it has."""
    rows = megabytes * 1_000_000 // (len(BODY) + 60)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive,
        archive.open("messages.csv", "w", force_zip64=True) as raw,
        TextIOWrapper(raw, newline="") as text,
    ):
        lines = csv.writer(text)
        lines.writerow(("from", "to", "direction", "sent_at", "body"))
        sender = "+14152000001"
        lines.writerows((sender, OURS, "in", 1_700_000_000 + n, f"{n} {BODY}") for n in range(rows))
    return rows


@asynccontextmanager
async def _peak(scene: Scene) -> AsyncIterator[dict[str, tuple[int, int]]]:
    """Bytes before, and at most since, by process."""
    before = resident(scene.stack)
    peaks = {name: (before[name][1], before[name][1]) for name in WATCHED}
    task = asyncio.create_task(_sample(scene, peaks))
    try:
        yield peaks
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _sample(scene: Scene, peaks: dict[str, tuple[int, int]]) -> None:
    while True:
        for name, (_, now) in resident(scene.stack).items():
            if name in peaks:
                peaks[name] = peaks[name][0], max(peaks[name][1], now)
        await asyncio.sleep(0.1)
