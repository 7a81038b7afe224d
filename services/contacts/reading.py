"""Contacts as they are shown, out of an open session."""

from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.http.problems import Problem
from services.contacts import queries
from services.contacts.views import ContactView, contact_views


async def shown(session: AsyncConnection, query: Select[Any]) -> list[ContactView]:
    """In the order of the query."""
    rows = (await session.execute(query)).all()
    keys = (await session.execute(queries.shown_keys([row.id for row in rows]))).all()
    return contact_views(rows, keys)


async def one(session: AsyncConnection, contact_id: int) -> ContactView:
    """404 where it is another tenant's, or was deleted."""
    found = await shown(session, queries.one(contact_id))
    if not found:
        raise Problem(404, "Not Found", f"There is no contact {contact_id}.")
    return found[0]
