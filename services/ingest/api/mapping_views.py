"""What the API shows and takes of a table's mapping."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import to_builtins
from pydantic import BaseModel, Field

from ringback.events import Entity
from services.ingest.api.choices import Storable
from services.ingest.mapping import Offer, Trial
from services.ingest.parse.columns import CANONICAL
from services.ingest.sources.archive import Limits

Target = Annotated[
    Annotated[str, Field(max_length=1_100), Storable] | None,
    Field(description="A field of the entity, `custom:NAME`, or null for a column that is passed over."),
]


class MappedColumn(BaseModel):
    """`header` is there to be sure that column and header are the same; it may be left out."""

    header: Annotated[str, Field(max_length=40_000)] | None = None
    field: Target


class NewMapping(BaseModel):
    """All columns, in the order of the header."""

    columns: Annotated[list[MappedColumn], Field(max_length=Limits().columns)]


class Column(BaseModel):
    """`confidence` is in percent: from 90 on nobody is asked. `samples` are different values of it."""

    header: str
    field: str | None
    confidence: int
    reason: str
    samples: list[str]


class PreviewRow(BaseModel):
    """A row as it would be read: `values` by field, or why it would fail. `cells` are as they stand."""

    row: int
    line: int
    cells: list[str]
    values: dict[str, Any]
    code: str | None
    column: str | None
    message: str | None
    warnings: list[str]


class Fault(BaseModel):
    """Why a mapping cannot be set; `column` is a place in the header from 0, null where one is missing."""

    column: int | None
    code: Literal["other_columns", "unknown_field", "bad_custom_field", "double_target", "missing_field"]
    detail: str


class MappingView(BaseModel):
    """`fields` are those that a column can be; `missing` alternatives of which one is needed still."""

    import_id: UUID
    status: str
    entity: Entity
    columns: list[Column]
    fields: list[str]
    missing: list[list[str]]
    errors: list[Fault]
    rows: list[PreviewRow]


def view(import_id: UUID, status: str, entity: Entity, it: Offer, under: Trial) -> dict[str, Any]:
    """A MappingView's fields."""
    return {
        "import_id": str(import_id),
        "status": status,
        "entity": entity,
        "columns": [
            {
                "header": header,
                "field": each.target,
                "confidence": each.confidence,
                "reason": each.reason,
                "samples": some,
            }
            for header, each, some in zip(it.header, under.columns, it.samples, strict=True)
        ],
        "fields": list(CANONICAL[entity]),
        "missing": [list(each) for each in under.missing],
        "errors": [to_builtins(each) for each in under.faults],
        "rows": [
            {**shown._asdict(), "cells": cells}
            for shown, (_, cells, _) in zip(under.rows, it.rows, strict=bool(under.rows))
        ],
    }
