"""The first rows of a table as they would be read under a mapping, with what is wrong in each."""

from typing import Any, NamedTuple

import msgspec

from ringback.events import Entity
from services.ingest.mapping.offer import Offer
from services.ingest.parse import Bad, Frame, Good, Survey, read
from services.ingest.parse.frame import Mapping

#: Of an event's data, what is none of the row's own words.
_NOT_THE_ROWS = frozenset({"source", "import_tags"})


class Shown(NamedTuple):
    """A row: `values` by field where it can be read, else why it fails."""

    row: int
    line: int
    values: dict[str, Any]
    code: str | None
    column: str | None
    message: str | None
    warnings: list[str]


def preview(it: Offer, entity: Entity, mapping: Mapping, frame: Frame) -> list[Shown]:
    """By the code that imports them."""
    survey = Survey(
        rows=len(it.rows), encoding="utf-8", delimiter=",", header=tuple(it.header), mapping=mapping, unrolled=True
    )
    return [_shown(row) for row in read(it, entity, frame, survey)]


def _shown(row: Good | Bad) -> Shown:
    if isinstance(row, Bad):
        return Shown(row.number, row.line, {}, row.code, row.column, row.message, [])
    values = msgspec.to_builtins(row.data)
    told = {name: value for name, value in values.items() if name not in _NOT_THE_ROWS and value not in (None, [], {})}
    return Shown(row.number, row.line, told, None, None, None, [each.message for each in row.warnings])
