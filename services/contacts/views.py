"""A contact as the API shows it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row

from ringback.http.externals import ExternalId
from services.contacts.rules import FIELDS

#: Shown while nobody says otherwise (rules §2); never stored, so that `update` may still fill them.
DEFAULTS = {"opt_in_through": "manual", "conversation_status": "New"}


class ContactView(BaseModel):
    """A contact; any of `external_ids` finds it, and so does every phone and e-mail that it ever admitted.

    `numbers` are those phones, shown in a field or not. `display_name` is what to call it: `name`, else first and last
    name, else company, else e-mail.
    """

    id: int
    display_name: str | None
    numbers: list[str]
    first_name: str | None
    last_name: str | None
    name: str | None
    phone: str | None
    phone_2: str | None
    email: str | None
    company: str | None
    title: str | None
    address_line_1: str | None
    address_line_2: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    country: str | None
    status: str | None
    lead_source: str | None
    lead_status: str | None
    market: str | None
    product: str | None
    opt_in_through: str
    conversation_status: str
    tags: list[str]
    lists: list[str]
    custom: dict[str, str]
    external_ids: list[ExternalId]
    import_id: UUID | None
    created_at: datetime
    updated_at: datetime


def contact_views(rows: Iterable[Row[Any]], keys: Iterable[Row[Any]]) -> list[ContactView]:
    """Rows of contacts with the keys that are shown of them, sorted, so that the same contact always looks the same."""
    ids: defaultdict[int, list[ExternalId]] = defaultdict(list)
    numbers: defaultdict[int, list[str]] = defaultdict(list)
    for key in sorted(keys, key=lambda each: (each.source, each.value)):
        if key.kind == "phone":
            numbers[key.contact_id].append(key.value)
        else:
            ids[key.contact_id].append(ExternalId(source=key.source, external_id=key.value))
    return [_view(row, ids[row.id], numbers[row.id]) for row in rows]


def etag(contact: ContactView) -> str:
    """Of all that is shown of it."""
    return f'"{blake2b(contact.model_dump_json().encode(), digest_size=12).hexdigest()}"'


def _view(row: Row[Any], external_ids: list[ExternalId], numbers: list[str]) -> ContactView:
    """`import_id` is the import that first told of it, if one did."""
    shown = {name: getattr(row, name) or DEFAULTS.get(name) for name in FIELDS}
    kept = {name: getattr(row, name) for name in ("id", "tags", "lists", "import_id", "created_at", "updated_at")}
    made = {"custom": row.custom or {}, "external_ids": external_ids, "numbers": numbers, "display_name": _called(row)}
    return ContactView.model_validate({**shown, **kept, **made})


def _called(row: Row[Any]) -> str | None:
    both = " ".join(part for part in (row.first_name, row.last_name) if part)
    return row.name or both or row.company or row.email
