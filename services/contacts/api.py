"""Contacts as a tenant reads them."""

from typing import Annotated

from fastapi import APIRouter, FastAPI, Path, Query, Request

from ringback.http.app import with_database
from ringback.http.auth import Authenticated
from ringback.http.paging import DEFAULT_LIMIT, STORABLE, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from ringback.runtime.settings import HttpSettings
from services.contacts import queries
from services.contacts.settings import ContactsSettings
from services.contacts.views import ContactView, external_ids_by_contact, view

router = APIRouter(prefix="/v1/contacts", tags=["contacts"])

Participant = Annotated[
    str | None, Query(max_length=16, pattern=STORABLE, description="Only the contact that this number finds.")
]
ContactId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("")
async def list_contacts(
    request: Request,
    caller: Authenticated,
    participant: Participant = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ContactView]:
    """In the order in which they came to be."""
    after = decode_cursor(cursor, tuple[int])
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        rows = (await session.execute(queries.page(after, limit + 1, participant))).all()
        keys = (await session.execute(queries.external_ids([row.id for row in rows[:limit]]))).all()
    ids = external_ids_by_contact(keys)
    items = [view(row, ids.get(row.id, [])) for row in rows[:limit]]
    return Page(items=items, next_cursor=encode_cursor((items[-1].id,)) if len(rows) > limit else None)


@router.get("/{contact_id}", responses=documented(404))
async def get_contact(request: Request, caller: Authenticated, contact_id: ContactId) -> ContactView:
    """404 where it is another tenant's."""
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        row = (await session.execute(queries.one(contact_id))).one_or_none()
        keys = (await session.execute(queries.external_ids([contact_id]))).all()
    if row is None:
        raise Problem(404, "Not Found", f"There is no contact {contact_id}.")
    return view(row, external_ids_by_contact(keys).get(row.id, []))


def create_app() -> FastAPI:
    """Settings come from the environment."""
    app = with_database("contacts", ContactsSettings().api_dsn, HttpSettings())
    app.include_router(router)
    return app
