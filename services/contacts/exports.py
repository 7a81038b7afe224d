"""Contacts as a file that an import reads back: what is stored of them, and no default that is only shown."""

from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy import ARRAY, BigInteger, Select, any_, literal, select
from sqlalchemy import Row as Stored
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from ringback.exports import route, templates
from ringback.exports.cells import Row, custom, moment, numbered, tags
from ringback.exports.filling import Kind
from ringback.exports.identity import ExternalId, told
from ringback.http.auth import Authenticated
from services.contacts.filters import Filtered
from services.contacts.rules import FIELDS
from services.contacts.tables import contact_keys, contacts

router = APIRouter(prefix="/v1", tags=["exports"])

#: In the order of the rules' table, of which the contacts' own is another.
TEXTS = (
    *("first_name", "last_name", "name", "phone", "phone_2", "email", "company", "title"),
    *("address_line_1", "address_line_2", "city", "state", "postal_code", "country"),
    *("status", "lead_source", "lead_status", "market", "product", "opt_in_through", "conversation_status"),
)
assert sorted(TEXTS) == sorted(FIELDS)
_texts = attrgetter(*TEXTS)


@router.get("/exports/contacts", **route.DOCUMENTED)
async def export_contacts(
    asked: route.Asked,
    filters: Filtered,
    import_id: Annotated[UUID | None, Query(description="Those that this import told of first.")] = None,
) -> Response:
    """Contacts in the order in which they came to be, as an import reads them back."""
    query = select(contacts).where(*filters.conditions())
    if import_id is not None:
        query = query.where(contacts.c.import_id == import_id)
    return await route.answer(asked, CONTACTS, query)


@router.get("/templates/contacts", **templates.DOCUMENTED)
async def get_contacts_template(_: Authenticated, format: templates.InFormat = "csv") -> Response:
    """An empty table of contacts but for an example, to be filled in and imported."""
    return templates.answer(CONTACTS, EXAMPLE, format)


async def _rows(connection: AsyncConnection, stored: Sequence[Stored[Any]], source: str) -> list[Row]:
    borne: defaultdict[int, list[ExternalId]] = defaultdict(list)
    for key in await connection.execute(_external_keys([each.id for each in stored])):
        borne[key.contact_id].append((key.source, key.value))
    return [_row(each, borne[each.id], source) for each in stored]


def _external_keys(contact_ids: Sequence[int]) -> Select[Any]:
    of = any_(literal(contact_ids, ARRAY(BigInteger)))
    return select(contact_keys).where(contact_keys.c.contact_id == of, contact_keys.c.kind == "external")


def _row(stored: Stored[Any], borne: Sequence[ExternalId], source: str) -> Row:
    first = None if stored.external_id is None else (stored.source, stored.external_id)
    return {
        "external_contact_id": told(source, first, borne),
        **dict(zip(TEXTS, _texts(stored), strict=True)),
        "tags": tags(stored.tags),
        **numbered("list", stored.lists),
        **custom(stored.custom),
        "created_at": moment(stored.created_at),
    }


CONTACTS = Kind("contacts", ("external_contact_id", *TEXTS, "tags", "list"), _rows, repeated="lists")

EXAMPLE: Row = {
    "external_contact_id": "contact-1",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "name": "Ada Lovelace",
    "phone": "+14155550123",
    "phone_2": "+14155550124",
    "email": "ada@example.com",
    "company": "Analytical Engines",
    "title": "Mathematician",
    "address_line_1": "12 St James's Square",
    "address_line_2": "Second floor",
    "city": "San Francisco",
    "state": "CA",
    "postal_code": "94103",
    "country": "US",
    "status": "active",
    "lead_source": "Trade fair",
    "lead_status": "qualified",
    "market": "West",
    "product": "Engines",
    "opt_in_through": "manual",
    "conversation_status": "New",
    "tags": ["friend", "newsletter"],
    "list": "Guests",
}
