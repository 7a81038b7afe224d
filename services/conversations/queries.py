"""The API's queries; row-level security holds each to the session's tenant."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, Row, Select, Subquery, func, select, tuple_, union, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.fold.identity import external_key
from services.conversations import tables

conversations, conversation_ids, conversation_keys = tables.conversations[:3]
messages = tables.messages.records

#: Natural keys: the keys themselves, or a query for them.
Keys = Sequence[bytes] | Select[Any]


def one(conversation_id: int) -> Select[Any]:
    """A conversation by its id."""
    return select(conversations.c.id).where(conversations.c.id == conversation_id)


def messages_of(conversation_id: int, after: tuple[datetime, int] | None, limit: int) -> Select[Any]:
    """Its messages by time: those that name it, and those that name none where it is their key's (rules §4).

    Either kind has an index of its own, which a condition with "or" could not use.
    """
    names = union(
        select(conversations.c.source, conversations.c.external_id).where(
            conversations.c.id == conversation_id, conversations.c.external_id.is_not(None)
        ),
        select(conversation_ids.c.source, conversation_ids.c.external_id).where(
            conversation_ids.c.record_id == conversation_id
        ),
    )
    named = tuple_(messages.c.conversation_source, messages.c.external_conversation_id).in_(names)
    unnamed = messages.c.conversation_key.in_(_keys_that_lead_to(conversation_id))
    either = union_all(select(messages.c.id).where(named), select(messages.c.id).where(unnamed))
    query = select(messages).where(messages.c.id.in_(either))
    if after is not None:
        query = query.where(tuple_(messages.c.sent_at, messages.c.id) > after)
    return query.order_by(messages.c.sent_at, messages.c.id).limit(limit)


async def conversations_of(session: AsyncConnection, rows: Sequence[Row[Any]]) -> dict[int, dict[str, Any]]:
    """By message, the id of its conversation, as `messages_of` has it."""
    named = {row.id: _name(row) for row in rows if row.external_conversation_id is not None}
    unnamed = {row.id: row.conversation_key for row in rows if row.conversation_key is not None}
    found: dict[bytes, int] = {}
    for query in (_named(list(named.values())), _least(list(unnamed.values()))):
        found |= {row[0]: row.id for row in await session.execute(query)}
    return {message: {"conversation_id": found.get(key)} for message, key in {**named, **unnamed}.items()}


def _name(message: Row[Any]) -> bytes:
    return external_key(message.tenant_id, message.conversation_source, message.external_conversation_id)


def _named(keys: Sequence[bytes]) -> Select[Any]:
    """(external key, conversation)."""
    either = union_all(
        select(conversations.c.external_key, conversations.c.id).where(conversations.c.external_key.in_(keys)),
        select(conversation_ids.c.external_key, conversation_ids.c.record_id).where(
            conversation_ids.c.external_key.in_(keys)
        ),
    ).subquery()
    return select(either)


def _keys_that_lead_to(conversation_id: int) -> Select[Any]:
    """The natural keys of which this conversation is the one of least (source, external id)."""
    own = union(
        select(conversations.c.natural_key).where(conversations.c.id == conversation_id),
        select(conversation_keys.c.natural_key).where(conversation_keys.c.record_id == conversation_id),
    ).subquery()
    least = _least(select(own.c.natural_key)).subquery()
    return select(least.c.natural_key).where(least.c.id == conversation_id)


def _least(keys: Keys) -> Select[Any]:
    """(natural key, conversation): of those that bear it, the one of least (source, external id)."""
    bearers = _bearers(keys)
    names = _names(bearers)
    least = func.first_value(bearers.c.id).over(
        partition_by=bearers.c.natural_key,
        order_by=(names.c.source.nulls_last(), names.c.external_id.nulls_last(), bearers.c.id),
    )
    ranked = select(bearers.c.natural_key, least.label("id"))
    return ranked.select_from(bearers.outerjoin(names, names.c.id == bearers.c.id)).distinct()


def _bearers(keys: Keys) -> CTE:
    return union(
        select(conversations.c.natural_key, conversations.c.id).where(conversations.c.natural_key.in_(keys)),
        select(conversation_keys.c.natural_key, conversation_keys.c.record_id).where(
            conversation_keys.c.natural_key.in_(keys)
        ),
    ).cte()


def _names(bearers: CTE) -> Subquery:
    ids = select(bearers.c.id)
    return union(
        select(conversations.c.id, conversations.c.source, conversations.c.external_id).where(
            conversations.c.id.in_(ids), conversations.c.external_id.is_not(None)
        ),
        select(conversation_ids.c.record_id, conversation_ids.c.source, conversation_ids.c.external_id).where(
            conversation_ids.c.record_id.in_(ids)
        ),
    ).subquery()
