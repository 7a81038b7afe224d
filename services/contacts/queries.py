"""The API's queries; row-level security holds each to the session's tenant."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from services.contacts.tables import contact_keys, contacts


def page(after: tuple[int, ...] | None, limit: int, participant: str | None) -> Select[Any]:
    """Contacts by id, behind `after`; with `participant` only the one that the number finds."""
    query = select(contacts).order_by(contacts.c.id).limit(limit)
    if after is not None:
        query = query.where(contacts.c.id > after[0])
    if participant is not None:
        found = select(contact_keys.c.contact_id).where(
            contact_keys.c.kind == "phone", contact_keys.c.source == "", contact_keys.c.value == participant
        )
        query = query.where(contacts.c.id.in_(found))
    return query


def one(contact_id: int) -> Select[Any]:
    """A contact by its id."""
    return select(contacts).where(contacts.c.id == contact_id)


def external_ids(contact_ids: Sequence[int]) -> Select[Any]:
    """Every external id of some contacts."""
    return select(contact_keys.c.contact_id, contact_keys.c.source, contact_keys.c.value).where(
        contact_keys.c.contact_id.in_(contact_ids), contact_keys.c.kind == "external"
    )
