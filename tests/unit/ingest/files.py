"""Builders: files in memory, and their rows as they are read."""

import builtins
import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from io import StringIO

from ringback.events import Entity
from services.ingest.parse import Bad, Frame, Good, Layout, Sides, Survey, no_conversations, read, survey

OURS = "+16505550100"
ADA, BOB, EVE = "+14155552671", "+12125550123", "+13035550199"


class Bytes:
    """A file in memory, handed out in chunks of any size."""

    def __init__(self, content: bytes | str, chunk: int = 1 << 16) -> None:
        self._content = content.encode() if isinstance(content, str) else content
        self._chunk = chunk

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, len(self._content), self._chunk):
            yield self._content[start : start + self._chunk]


def table(*rows: Sequence[str]) -> Bytes:
    """A CSV file as Python writes it."""
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return Bytes(text.getvalue())


def frame(zone: tzinfo = UTC) -> Frame:
    return Frame(source="test", region="US", zone=zone, own_numbers=frozenset({OURS}))


def defaulted(file: Bytes, defaults: dict[str, str], list: str | None = None) -> builtins.list[Good | Bad]:
    """All rows of a file of contacts, read with defaults and for a list."""
    told = Frame(source="test", region="US", zone=UTC, defaults=defaults, list=list)
    return [*read(file, "contacts", told, surveyed("contacts", file))]


def rows(entity: Entity, file: Bytes, conversations: dict[str, Sides] | None = None) -> list[Good | Bad]:
    """All rows of a file."""
    find = conversations.get if conversations else no_conversations
    return list(read(file, entity, frame(), surveyed(entity, file), find))


def surveyed(entity: Entity, file: Bytes) -> Survey:
    return survey(file, entity)


def row(entity: Entity, conversations: dict[str, Sides] | None = None, /, **cells: str) -> Good | Bad:
    """The one row of a file with these columns; `from_` is `from`."""
    header = [name.rstrip("_") for name in cells]
    (found,) = rows(entity, table(header, list(cells.values())), conversations)
    return found


def good(entity: Entity, conversations: dict[str, Sides] | None = None, /, **cells: str) -> Good:
    found = row(entity, conversations, **cells)
    assert isinstance(found, Good), found
    return found


def mapped(entity: Entity, /, **cells: str) -> Good | Bad:
    """The one row of a table whose columns somebody has mapped to these fields; `from_` is `from`."""
    header = [name.rstrip("_") for name in cells]
    file = table(header, list(cells.values()))
    (found,) = read(file, entity, frame(), survey(file, entity, Layout(mapping=tuple(header))))
    return found


def bad(entity: Entity, conversations: dict[str, Sides] | None = None, /, **cells: str) -> Bad:
    found = row(entity, conversations, **cells)
    assert isinstance(found, Bad), found
    return found


def message(**cells: str) -> dict[str, str]:
    """A good message's cells, some of them others."""
    return {
        "external_message_id": "m1",
        "external_conversation_id": "c1",
        "from_": ADA,
        "to": OURS,
        "direction": "inbound",
        "body": "Hi",
        "sent_at": "2026-01-02T03:04:05Z",
    } | cells
