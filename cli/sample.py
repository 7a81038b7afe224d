"""An archive to try things with, messy on purpose. Only the standard library, and flat memory at any size."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from cli.sample_mess import EPOCH, OUR_NUMBERS, Mess
from cli.sample_spoilers import Row

#: Who talks where the archive has no contacts.
PEOPLE = 2_000


def write_sample(out: Path, contacts: int, conversations: int, messages: int, calls: int, seed: int) -> None:
    """Writes a ZIP of so many rows, the same for the same seed. Rows go to the disk as they are made."""
    mess = Mess(Random(seed), contacts or PEOPLE, conversations)
    wanted: dict[str, tuple[int, Callable[[int], Row]]] = {
        "contacts": (contacts, mess.contact),
        "conversations": (conversations, mess.conversation),
        "messages": (messages, mess.message),
        "calls": (calls, mess.call),
    }
    with zipfile.ZipFile(out, "w") as archive:
        for name, (count, make) in wanted.items():
            if count:
                _write_table(archive, name, mess.rows(name, count, make))
        counts = {name: count for name, (count, _) in wanted.items() if count}
        about = {"source": "sample", "exported_at": EPOCH.isoformat(), "numbers": OUR_NUMBERS, "counts": counts}
        archive.writestr(_entry("manifest.json"), json.dumps(about, indent=2))


def _entry(name: str) -> zipfile.ZipInfo:
    """With a fixed date, so that the same seed gives the same bytes."""
    entry = zipfile.ZipInfo(name, (2025, 1, 6, 9, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _write_table(archive: zipfile.ZipFile, name: str, rows: Iterator[Row]) -> None:
    with (
        archive.open(_entry(f"{name}.csv"), "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, encoding="utf-8", newline="") as text,
    ):
        writer = csv.writer(text)
        first = next(rows)
        writer.writerow(first)
        writer.writerow(first.values())
        writer.writerows(row.values() for row in rows)
