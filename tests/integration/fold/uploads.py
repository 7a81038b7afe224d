"""An archive as the product reads it, and its rows in the words of the reference."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from ringback.events import Entity
from services.ingest import parse
from services.ingest.parse import Bad, Data, Good
from services.ingest.sources.archive import Archive, open_archive
from tests.reference.model import ID_COLUMN

REGION, ZONE = "US", "UTC"


@dataclass
class ReadArchive:
    """What the product made of an upload."""

    source: str
    rows: dict[Entity, list[Good | Bad]]


def read_upload(data: bytes, source: str | None = None) -> ReadArchive:
    """Opened, surveyed and read, as an import does it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload.zip"
        path.write_bytes(data)
        archive = open_archive(path)
        said = source or archive.manifest.source or "parser-csv"
        own_numbers, _ = archive.manifest.own_numbers(REGION)
        frame = parse.Frame(source=said, region=REGION, zone=ZoneInfo(ZONE), own_numbers=own_numbers)
        return ReadArchive(said, _rows(archive, frame))


def _rows(archive: Archive, frame: parse.Frame) -> dict[Entity, list[Good | Bad]]:
    surveys = {entity: parse.survey(member, entity) for entity, member in archive.members.items()}
    sides: dict[str, parse.Sides] = {}
    if "conversations" in archive.members:
        member = archive.members["conversations"]
        for key, each in parse.conversation_keys(member, frame, surveys["conversations"]):
            sides.setdefault(key, each)
    return {
        entity: list(parse.read(member, entity, frame, surveys[entity], sides.get))
        for entity, member in archive.members.items()
    }


def said(entity: Entity, data: Data) -> dict[str, Any]:
    """What a row says, by the columns' names; nothing for its empty cells."""
    values: dict[str, Any] = msgspec.structs.asdict(data)
    del values["source"]
    values[ID_COLUMN[entity]] = values.pop("external_id")
    if entity == "contacts":
        del values["import_tags"]
        values["list"] = next(iter(values.pop("lists")), None)
    return {name: value for name, value in values.items() if value not in (None, [], {})}
