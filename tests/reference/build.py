"""Archives built by hand from rows as dicts, for examples worked out on paper."""

import csv
import io
import json
import zipfile
from typing import Any

from tests.reference.model import Archive
from tests.reference.parse import read_archive

Rows = list[dict[str, str]]
OURS, ANA, BEN = "+14155550100", "+14152000001", "+14152000002"


def csv_of(rows: Rows) -> bytes:
    """A CSV file of rows that may name different columns."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def zipped(files: dict[str, bytes]) -> bytes:
    """The files in one ZIP."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def archive_of(manifest: dict[str, Any] | None = None, *, source: str | None = None, **files: Rows) -> Archive:
    """An archive of rows by entity, read; our own number is in its manifest."""
    contents = {f"{entity}.csv": csv_of(rows) for entity, rows in files.items()}
    contents["manifest.json"] = json.dumps({"numbers": [OURS]} | (manifest or {})).encode()
    return read_archive(zipped(contents), source=source)


def text_from(sender: str, body: str, at: str = "2024-03-09T17:00:00Z", **more: str) -> dict[str, str]:
    """A message row that came in to our own number."""
    return {"from": sender, "to": OURS, "direction": "inbound", "body": body, "sent_at": at} | more
