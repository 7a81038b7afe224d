"""Lists and who is in them, as the API reads them; row-level security holds each statement to the session's tenant."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contacts.rules import list_key
from services.contacts.tables import contact_lists, contacts


class Listed(NamedTuple):
    """A list, without the number of its members."""

    id: int
    name: str
    created_at: datetime


_LISTED = select(contact_lists.c.id, contact_lists.c.name, contact_lists.c.created_at)


async def page(
    session: AsyncConnection, tenant: str, after: tuple[int, ...] | None, limit: int, name: str | None
) -> list[Listed]:
    """By id, behind `after`; the one of a name, if there is one."""
    query = _LISTED.order_by(contact_lists.c.id).limit(limit)
    if after is not None:
        query = query.where(contact_lists.c.id > after[0])
    if name is not None:
        query = query.where(contact_lists.c.name_key == list_key(tenant, name))
    return [Listed(*row) for row in await session.execute(query)]


async def one(session: AsyncConnection, list_id: int) -> Listed | None:
    """By its id."""
    row = (await session.execute(_LISTED.where(contact_lists.c.id == list_id))).one_or_none()
    return None if row is None else Listed(*row)


async def spoken_of(session: AsyncConnection, name: str, after: int, limit: int) -> list[int]:
    """Contacts that are in it, or were taken out by a person, by id, behind `after`."""
    said = contacts.c.lists.contains([name]) | contacts.c.field_times.has_key(f"lists.{name}")
    query = select(contacts.c.id).where(contacts.c.id > after, contacts.c.deleted_at.is_(None), said)
    return list((await session.scalars(query.order_by(contacts.c.id).limit(limit))).all())


async def sizes(session: AsyncConnection, names: Sequence[str]) -> dict[str, int]:
    """How many are in each; one that nobody is in is not told of."""
    each = func.unnest(contacts.c.lists).label("name")
    said = select(each).where(contacts.c.deleted_at.is_(None)).subquery()
    query = select(said.c.name, func.count()).where(said.c.name.in_(names)).group_by(said.c.name)
    return {row[0]: row[1] for row in await session.execute(query)} if names else {}


async def drop(session: AsyncConnection, list_id: int) -> None:
    """Of one that nobody is in."""
    await session.execute(delete(contact_lists).where(contact_lists.c.id == list_id))
