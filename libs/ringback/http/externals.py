"""A record's external ids as the APIs show them."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Row


class ExternalId(BaseModel):
    """An id that finds the record, and whose it is."""

    source: str
    external_id: str


def external_ids(records: Iterable[Row[Any]], further: Iterable[Row[Any]]) -> dict[int, list[ExternalId]]:
    """By record: the inline id and the further ones, sorted, so that the same record always looks the same."""
    ids: dict[int, set[tuple[str, str]]] = {}
    for row in records:
        ids[row.id] = {(row.source, row.external_id)} if row.external_id is not None else set()
    for row in further:
        ids[row.record_id].add((row.source, row.external_id))
    return {
        record: [ExternalId(source=source, external_id=external) for source, external in sorted(borne)]
        for record, borne in ids.items()
    }
