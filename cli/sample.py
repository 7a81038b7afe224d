"""An archive to try things with, messy on purpose: flat memory at any size, the same bytes for the same seed."""

import io
import json
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from random import Random

from cli.sample_mess import EPOCH, OUR_NUMBERS, PEOPLE, Mess
from cli.sample_spoilers import Row
from cli.sample_table import write_csv


def write_sample(out: Path, contacts: int, conversations: int, messages: int, calls: int, seed: int) -> None:
    """Writes a ZIP of so many rows, the same for the same seed. Rows go to the disk as they are made."""
    mess = Mess(Random(seed), contacts or PEOPLE, conversations)
    wanted = {"contacts": contacts, "conversations": conversations, "messages": messages, "calls": calls}
    counts = {name: count for name, count in wanted.items() if count}
    with zipfile.ZipFile(out, "w") as archive:
        for name, count in counts.items():
            _write_member(archive, name, mess.rows(name, count))
        about = {"source": "sample", "exported_at": EPOCH.isoformat(), "numbers": OUR_NUMBERS, "counts": counts}
        archive.writestr(_entry("manifest.json"), json.dumps(about, indent=2))


def _entry(name: str) -> zipfile.ZipInfo:
    """With a fixed date, so that the same seed gives the same bytes."""
    entry = zipfile.ZipInfo(name, (2025, 1, 6, 9, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _write_member(archive: zipfile.ZipFile, name: str, rows: Iterator[Row]) -> None:
    with (
        archive.open(_entry(f"{name}.csv"), "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, encoding="utf-8", newline="") as text,
    ):
        first = next(rows)
        write_csv(text, first, chain([first], rows))
