"""`read_archive`: from the bytes of a ZIP to the good and bad rows of its files (rules §2, §3)."""

import json
import zipfile
from io import BytesIO
from typing import Any

from tests.reference import cells, csvtext
from tests.reference.headers import read_headers
from tests.reference.model import COLUMNS, ENTITIES, Archive, Bad, Good, Refused
from tests.reference.rows import READERS, Failed, Setting

LARGEST_EVENT = 512 * 1024
LIST_COLUMNS = {"tags", "contact_phone", "media_urls"}
LIMITS = {"body": 65_536, "transcript": 131_072, "summary": 131_072}


def read_archive(
    data: bytes,
    *,
    region: str = "US",
    zone: str = "UTC",
    source: str | None = None,
    own_numbers: tuple[str, ...] = (),
    encoding: str | None = None,
) -> Archive:
    """Reads an archive as a tenant of that region, zone and own numbers would import it; Refused if it cannot be."""
    files = _files(data)
    manifest = json.loads(csvtext.decode(files["manifest.json"])) if "manifest.json" in files else {}
    listed = (*own_numbers, *manifest.get("numbers", ()))
    own = frozenset(n for n in (cells.participant(str(one), region) for one in listed) if n)
    setting = Setting(region, zone, own)
    rows: dict[str, list[Good | Bad]] = {}
    for entity in ENTITIES:
        if f"{entity}.csv" in files:
            rows[entity] = read_file(entity, csvtext.decode(files[f"{entity}.csv"], encoding), setting)
        if entity == "conversations":
            _remember_numbers(rows.get(entity, []), setting)
    said = source or manifest.get("source") or "parser-csv"
    exported_at = cells.time(str(manifest.get("exported_at", "")), zone)
    return Archive(said, own, rows, exported_at, _miscounted(manifest, rows))


def read_file(entity: str, text: str, setting: Setting) -> list[Good | Bad]:
    """The rows of one CSV file, numbered from 1; of an errors file without the three columns that were added to it."""
    records = csvtext.records(text)
    header = next(records, None)
    if header is None:
        return []
    added = len(header.cells) > 3 and header.cells[-3:] == ["line", "code", "error"]
    width = len(header.cells) - (3 if added else 0)
    columns = read_headers(entity, header.cells[:width])
    rows = []
    for n, record in enumerate(records, start=1):
        if added:
            del record.cells[width : width + 3]
        rows.append(_row(entity, n, record, columns, setting))
    return rows


def _row(
    entity: str, number: int, record: csvtext.Record, columns: list[tuple[str, bool]], setting: Setting
) -> Good | Bad:
    try:
        if record.unclosed or len(record.cells) > len(columns):
            raise Failed(None)
        known, custom = _by_name(record.cells, columns)
        values = READERS[entity](known, setting)
        named = {key: cell for key, cell in custom.items() if not cells.is_empty(cell)}
        values["custom"] = named | {key: value for key, value in values.get("custom", {}).items() if value}
        said = {name: value for name, value in values.items() if value not in (None, [], {})}
        if len(json.dumps(said, default=str, ensure_ascii=False).encode()) > LARGEST_EVENT:
            raise Failed(None)
    except Failed as failed:
        return Bad(number, record.line, failed.column)
    return Good(number, record.line, said)


def _by_name(row: list[str], columns: list[tuple[str, bool]]) -> tuple[dict[str, str], dict[str, str]]:
    """The known and the custom cells, none of them with U+0000, a lone surrogate, or over its limit."""
    named = list(zip(columns, row, strict=False))
    for (column, _), cell in named:
        if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in cell):
            raise Failed(column)
    for (column, custom), cell in named:
        if len(cell) > limit(column, custom):
            raise Failed(column)
    known = {column: cell for (column, custom), cell in named if not custom}
    return known, {column: cell for (column, custom), cell in named if custom}


def limit(column: str, custom: bool) -> int:
    """How many characters a cell may have (the readings on cells)."""
    if custom or column in LIST_COLUMNS or column == "to":
        return 32_768
    if column.startswith("external_"):
        return 500
    return LIMITS.get(column, 1_000)


def _remember_numbers(rows: list[Good | Bad], setting: Setting) -> None:
    """The first usable row of a conversation id lends its numbers to messages and calls that lack theirs."""
    for row in rows:
        if isinstance(row, Good) and {"external_conversation_id", "our_number", "participants"} <= row.values.keys():
            sides = (row.values["our_number"], row.values["participants"])
            setting.conversations.setdefault(row.values["external_conversation_id"], sides)


def _files(data: bytes) -> dict[str, bytes]:
    """The files of the archive by folded name, in any folder; what we do not know is ignored."""
    wanted = {f"{entity}.csv" for entity in COLUMNS} | {"manifest.json"}
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for path in archive.namelist():
            *folders, name = path.split("/")
            if "__MACOSX" in folders or name.startswith(".") or name.lower() not in wanted:
                continue
            if name.lower() in found:
                raise Refused(f"two files are called {name.lower()}")
            found[name.lower()] = archive.read(path)
    if not found.keys() - {"manifest.json"}:
        raise Refused("no CSV file")
    return found


def _miscounted(manifest: dict[str, Any], rows: dict[str, list[Good | Bad]]) -> list[tuple[str, int, int]]:
    """Counts in the manifest that differ from the rows found, with both figures."""
    counts = manifest.get("counts", {})
    differing = []
    for entity, found in rows.items():
        spellings = (counts.get(entity), counts.get(f"{entity}.csv"))
        said = next(
            (n for n in (*spellings, manifest.get(f"{entity}Count"), manifest.get(f"{entity}_count")) if n is not None),
            len(found),
        )
        if said != len(found):
            differing.append((entity, said, len(found)))
    return differing
