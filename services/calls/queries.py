"""The API's queries; row-level security holds each to the session's tenant."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from services.calls import tables

calls, call_ids = tables.calls[:2]


def page(after: tuple[int, ...] | None, limit: int, participant: str | None) -> Select[Any]:
    """Calls by id, behind `after`."""
    query = select(calls).order_by(calls.c.id).limit(limit)
    if after is not None:
        query = query.where(calls.c.id > after[0])
    if participant is not None:
        query = query.where(calls.c.participants.contains([participant]))
    return query


def one(call_id: int) -> Select[Any]:
    """A call by its id."""
    return select(calls).where(calls.c.id == call_id)


def further_ids(record_ids: Sequence[int]) -> Select[Any]:
    """External ids of some calls besides the inline ones."""
    return select(call_ids).where(call_ids.c.record_id.in_(record_ids))
