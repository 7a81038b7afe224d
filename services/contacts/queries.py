"""The API's queries; row-level security holds each to the session's tenant."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from ringback.http.of_import import Import
from services.contacts.filters import Filters
from services.contacts.tables import contact_keys, contacts, contributions


def page(
    of_import: Import, after: tuple[int, ...] | None, limit: int, participants: Sequence[str], filters: Filters
) -> Select[Any]:
    """Contacts by id, behind `after`; with participants only those that one of the numbers finds."""
    query = of_import.select(contacts, contributions.contributions, after).where(*filters.conditions()).limit(limit)
    return query.where(contacts.c.id.in_(_found_by(participants))) if participants else query


def found_by(participants: Sequence[str]) -> Select[Any]:
    """All contacts that one of the numbers finds; no deleted one has numbers that do."""
    return select(contacts).where(contacts.c.id.in_(_found_by(participants)))


def _found_by(participants: Sequence[str]) -> Select[Any]:
    return select(contact_keys.c.contact_id).where(
        contact_keys.c.kind == "phone", contact_keys.c.source == "", contact_keys.c.value.in_(participants)
    )


def one(contact_id: int) -> Select[Any]:
    """A contact by its id, unless it was deleted."""
    return select(contacts).where(contacts.c.id == contact_id, contacts.c.deleted_at.is_(None))


def shown_keys(contact_ids: Sequence[int]) -> Select[Any]:
    """Every external id and phone of some contacts."""
    return select(contact_keys).where(
        contact_keys.c.contact_id.in_(contact_ids), contact_keys.c.kind.in_(("external", "phone"))
    )
