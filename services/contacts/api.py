"""Contacts as a tenant reads them, and what was said with each."""

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request, Response
from sqlalchemy import Select

from ringback.events import Contact
from ringback.exports.route import install
from ringback.http.app import with_database
from ringback.http.auth import Authenticated, Caller
from ringback.http.of_import import OfImport
from ringback.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.participants import Participants
from ringback.http.problems import documented
from ringback.http.records import RecordId
from ringback.http.undo import Undoable, preview_route
from ringback.postgres.tenancy import tenant_session
from ringback.runtime.settings import HttpSettings
from services.contacts import edit_api, exports, list_api, queries, reading, tables, timeline
from services.contacts.edit_api import ETAG
from services.contacts.filters import Filtered
from services.contacts.record import ContactRecord
from services.contacts.refold import refold
from services.contacts.settings import ContactsSettings
from services.contacts.views import ContactView, etag

router = APIRouter(prefix="/v1/contacts", tags=["contacts"])

preview_route(
    router,
    Undoable(
        "contacts", tables.ledger, tables.contacts, tables.contributions.contributions, ContactRecord, Contact, refold
    ),
)

Kinds = Annotated[
    list[timeline.Kind], Query(alias="kind", default_factory=list, description="All, where none is said.")
]


@router.get("")
async def list_contacts(
    request: Request,
    caller: Authenticated,
    participants: Participants,
    filters: Filtered,
    of_import: OfImport,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ContactView]:
    """In the order in which they came to be; of participants, those that one of the numbers finds. All filters hold."""
    after = decode_cursor(cursor, tuple[int])
    query = queries.page(of_import, after, limit + 1, participants, filters)
    found = await _contacts(request, caller, query)
    items = found[:limit]
    return Page(items=items, next_cursor=encode_cursor((items[-1].id,)) if len(found) > limit else None)


@router.get("/{contact_id}", responses=ETAG | documented(404))
async def get_contact(request: Request, response: Response, caller: Authenticated, contact_id: RecordId) -> ContactView:
    """404 where it is another tenant's, or was deleted."""
    contact = await _contact(request, caller, contact_id)
    response.headers["ETag"] = etag(contact)
    return contact


@router.get("/{contact_id}/timeline", responses=documented(404))
async def get_timeline(
    request: Request,
    caller: Authenticated,
    contact_id: RecordId,
    kinds: Kinds,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[timeline.Item]:
    """All messages and calls with a contact, by any number that finds it, the newest first.

    The services that keep them are asked on reading. Where one of them is away the answer is 503, `away` names it, and
    `kind` leaves it out: a history with a hole would look like a whole one.
    """
    after = decode_cursor(cursor, timeline.Position)
    contact = await _contact(request, caller, contact_id)
    pages = await timeline.pages(request, kinds, contact.numbers, after, limit)
    entries, more = timeline.merged(pages, limit)
    numbers = {number for entry in entries for number in entry.record["participants"]}
    met = await _contacts(request, caller, queries.found_by(sorted(numbers)))
    next_cursor = encode_cursor(entries[-1].position) if more else None
    return Page(items=timeline.items(entries, met), next_cursor=next_cursor)


async def _contact(request: Request, caller: Caller, contact_id: int) -> ContactView:
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        return await reading.one(session, contact_id)


async def _contacts(request: Request, caller: Caller, query: Select[Any]) -> list[ContactView]:
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        return await reading.shown(session, query)


def create_app() -> FastAPI:
    """Settings come from the environment."""
    app = with_database("contacts", ContactsSettings().api_dsn, HttpSettings())
    for each in (router, edit_api.router, list_api.router):
        app.include_router(each)
    install(app, exports.router)
    return app
