"""How conversations, messages and calls are read, which are stored alike: lists, single ones, and who took part."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from fastapi import Depends, Path
from pydantic import BaseModel, Field
from sqlalchemy import Row, Select, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request

from ringback.fold.keyed_tables import KeyedTables
from ringback.fold.participants import Position, newest
from ringback.http.auth import Authenticated
from ringback.http.externals import ExternalId, external_ids
from ringback.http.of_import import OfImport
from ringback.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.participants import NamedContact, Names, Participants, WithContacts, names_of
from ringback.http.problems import Problem
from ringback.postgres.tenancy import tenant_session

RecordId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class RecordView(BaseModel):
    """`participants` are the other side, sorted."""

    id: int
    participants: list[str]
    contacts: list[NamedContact] | None = Field(
        description="The contacts whose numbers took part; null where they were not asked for, or contacts was away."
    )
    custom: dict[str, str]
    external_ids: list[ExternalId]
    import_id: UUID | None
    created_at: datetime
    updated_at: datetime


V = TypeVar("V", bound=RecordView)
#: Fields of some records that stand in other tables, by record.
More = Callable[[AsyncConnection, Sequence[Row[Any]]], Awaitable[dict[int, dict[str, Any]]]]


class Asked(NamedTuple):
    """Who asks, and whether the answer is to name contacts."""

    request: Request
    caller: Authenticated
    contacts: WithContacts = True

    def session(self) -> Any:
        """A transaction that sees the caller's tenant."""
        return tenant_session(self.request.app.state.engine, self.caller.tenant)


class Listing(NamedTuple):
    """Which page of a list: by the order in which records came to be, all or an import's; of participants by time."""

    participants: Participants
    of_import: OfImport
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = None


Asking = Annotated[Asked, Depends()]
OfPage = Annotated[Listing, Depends()]


class Records(Generic[V]):
    """One kind of record, `noun` to people. Contacts are asked for after the database's connection was given back."""

    def __init__(
        self, tables: KeyedTables, contributions: Table, view: type[V], noun: str, more: More | None = None
    ) -> None:
        self._tables, self._contributions = tables, contributions
        self._view, self._noun, self._more = view, noun, more

    async def page(self, asked: Asked, listing: Listing) -> Page[V]:
        """What `GET` of the list answers."""
        if listing.of_import.said and listing.participants:
            raise Problem(422, "Either participants or an import", "Of both at once there is no list.")
        if not listing.participants:
            return await self.page_of(asked, self._by_id(listing), listing.limit, ("id",))
        after = decode_cursor(listing.cursor, Position)
        query = newest(self._tables.participants, listing.participants, after, listing.limit + 1)
        return await self.page_of(asked, query, listing.limit, (self._tables.participants.time, "id"))

    async def page_of(self, asked: Asked, query: Select[Any], limit: int, key: tuple[str, ...]) -> Page[V]:
        """Of a query for one more than the limit, ordered by the columns `key`."""
        async with asked.session() as session:
            rows = (await session.execute(query)).all()
            fields = await self._fields(session, rows[:limit])
        last = rows[limit - 1] if len(rows) > limit else None
        cursor = None if last is None else encode_cursor(tuple(getattr(last, column) for column in key))
        return Page(items=await self._views(asked, fields), next_cursor=cursor)

    async def one(self, asked: Asked, record_id: int) -> V:
        """404 where it is another tenant's."""
        async with asked.session() as session:
            rows = (await session.execute(select(self._tables.records).filter_by(id=record_id))).all()
            fields = await self._fields(session, rows)
        if not rows:
            raise self.unknown(record_id)
        return (await self._views(asked, fields))[0]

    def unknown(self, record_id: int) -> Problem:
        """There is none, or none of the caller's."""
        return Problem(404, "Not Found", f"There is no {self._noun} {record_id}.")

    def _by_id(self, listing: Listing) -> Select[Any]:
        after = decode_cursor(listing.cursor, tuple[int])
        query = listing.of_import.select(self._tables.records, self._contributions, after)
        return query.limit(listing.limit + 1)

    async def _fields(self, session: AsyncConnection, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
        """All but the contacts."""
        ids = self._tables.ids
        further = await session.execute(select(ids).where(ids.c.record_id.in_([row.id for row in rows])))
        borne = external_ids(rows, further.all())
        more = await self._more(session, rows) if self._more else {}
        return [
            {**row._mapping, "custom": row.custom or {}, "external_ids": borne[row.id], **more.get(row.id, {})}
            for row in rows
        ]

    async def _views(self, asked: Asked, fields: Sequence[dict[str, Any]]) -> list[V]:
        numbers = [number for each in fields for number in each["participants"]]
        names = await names_of(asked.request, numbers) if asked.contacts else None
        return [self._view.model_validate({**each, "contacts": _met(each["participants"], names)}) for each in fields]


def _met(participants: Sequence[str], names: Names | None) -> list[NamedContact] | None:
    return None if names is None else [names[each] for each in participants if each in names]
