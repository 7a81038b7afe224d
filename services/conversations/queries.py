"""The API's queries; row-level security holds each to the session's tenant."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, tuple_, union

from services.conversations import tables

conversations, conversation_ids, conversation_keys = tables.conversations[:3]
messages, message_ids = tables.messages[:2]


def page(after: tuple[int, ...] | None, limit: int, participant: str | None) -> Select[Any]:
    """Conversations by id, behind `after`."""
    query = select(conversations).order_by(conversations.c.id).limit(limit)
    if after is not None:
        query = query.where(conversations.c.id > after[0])
    if participant is not None:
        query = query.where(conversations.c.participants.contains([participant]))
    return query


def one(conversation_id: int) -> Select[Any]:
    """A conversation by its id."""
    return select(conversations).where(conversations.c.id == conversation_id)


def further_ids(record_ids: Sequence[int]) -> Select[Any]:
    """External ids of some conversations besides the inline ones."""
    return select(conversation_ids).where(conversation_ids.c.record_id.in_(record_ids))


def further_message_ids(record_ids: Sequence[int]) -> Select[Any]:
    """External ids of some messages besides the inline ones."""
    return select(message_ids).where(message_ids.c.record_id.in_(record_ids))


def messages_of(conversation_id: int, after: tuple[datetime, int] | None, limit: int) -> Select[Any]:
    """Its messages by time: those that name it, and those that name none where it is their key's (rules §4)."""
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
    query = select(messages).where(or_(named, unnamed))
    if after is not None:
        query = query.where(tuple_(messages.c.sent_at, messages.c.id) > after)
    return query.order_by(messages.c.sent_at, messages.c.id).limit(limit)


def _keys_that_lead_to(conversation_id: int) -> Select[Any]:
    """The natural keys of which this conversation is the one of least (source, external id)."""
    keys = union(
        select(conversations.c.natural_key, conversations.c.id).where(conversations.c.natural_key.is_not(None)),
        select(conversation_keys.c.natural_key, conversation_keys.c.record_id),
    ).subquery()
    names = union(
        select(conversations.c.id, conversations.c.source, conversations.c.external_id).where(
            conversations.c.external_id.is_not(None)
        ),
        select(conversation_ids.c.record_id, conversation_ids.c.source, conversation_ids.c.external_id),
    ).subquery()
    own = select(keys.c.natural_key).where(keys.c.id == conversation_id)
    least = (
        func.first_value(keys.c.id)
        .over(
            partition_by=keys.c.natural_key,
            order_by=(names.c.source.nulls_last(), names.c.external_id.nulls_last(), keys.c.id),
        )
        .label("least")
    )
    ranked = (
        select(keys.c.natural_key, least)
        .select_from(keys.outerjoin(names, names.c.id == keys.c.id))
        .where(keys.c.natural_key.in_(own))
        .subquery()
    )
    return select(ranked.c.natural_key).where(ranked.c.least == conversation_id)
