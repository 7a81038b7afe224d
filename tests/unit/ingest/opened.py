"""Builders: an upload as it is accepted, and its rows as they are read, without a server."""

import asyncio
from pathlib import Path

import pytest
from msgspec import structs

from ringback.events import Contact
from services.ingest import parse
from services.ingest.parse import Bad, Good
from services.ingest.parse.table import Row
from services.ingest.sources.accepting import Accepted, Chosen, accept
from services.ingest.sources.refusals import BadArchive
from tests.unit.ingest.files import frame


def accepted(folder: Path, content: bytes, filename: str, chosen: Chosen | None = None) -> Accepted:
    path = folder / "upload"
    path.write_bytes(content)
    return asyncio.run(accept(path, folder / "rows", filename, chosen or Chosen()))


def refused(folder: Path, content: bytes, filename: str, chosen: Chosen | None = None) -> BadArchive:
    with pytest.raises(BadArchive) as caught:
        accepted(folder, content, filename, chosen)
    assert not list(folder.glob("rows*"))
    return caught.value


def read(found: Accepted) -> list[Good | Bad]:
    """All rows of the one table, as a worker reads them."""
    ((entity, member),) = found.upload.members.items()
    survey = _survey(found)
    return list(parse.read(member, entity, frame(), survey))


def raw(found: Accepted) -> list[Row]:
    """The same before they are read, the header first."""
    ((_, member),) = found.upload.members.items()
    return list(parse.rows_of(member, _survey(found)))


def people(found: Accepted) -> list[Contact]:
    """Of a table whose rows are all good."""
    rows = read(found)
    assert all(isinstance(row, Good) for row in rows), rows
    return [row.data for row in rows if isinstance(row, Good) and isinstance(row.data, Contact)]


def told(found: Accepted) -> list[tuple[int, str, str]]:
    """(line, code, sentence) of each row that fails."""
    return [(row.line, row.code, row.message) for row in read(found) if isinstance(row, Bad)]


def warned(found: Accepted) -> list[tuple[str, str]]:
    """(code, sentence) of the file's own warnings."""
    return [(each.code, each.message) for each in (*found.upload.warnings, *_survey(found).warnings)]


def _survey(found: Accepted) -> parse.Survey:
    ((entity, member),) = found.upload.members.items()
    assert found.head is not None
    mapping = parse.as_written(entity, found.head.header)
    return parse.survey(member, entity, structs.replace(found.upload.layouts[entity], mapping=mapping))
