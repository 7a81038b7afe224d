"""Statements of people's edits, as the API's role, which row-level security holds to its tenant."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, insert, literal, select, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.events import Contact
from ringback.fold.contribution import History, Told
from ringback.postgres.locks import lock_key
from services.contacts.edits import Edited
from services.contacts.record import ContactRecord
from services.contacts.rules import FIELDS, Key, list_key
from services.contacts.store import CONTRIBUTIONS
from services.contacts.tables import (
    contact_ids,
    contact_keys,
    contact_list_ids,
    contact_lists,
    contacts,
    contributions,
    deleted_contact_keys,
)

#: What an edit may change of a contact's own row.
_CHANGEABLE = (*FIELDS, "custom", "tags", "lists", "field_times", "updated_at", "deleted_at")
_contributions = contributions.contributions
_KEY = ("tenant_id", "kind", "source", "value")


async def lock(session: AsyncConnection, tenant: str) -> None:
    """The worker's own lock, before anything is read: no batch changes that until the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(lock_key(tenant))))


async def read(session: AsyncConnection, contact_ids: Iterable[int]) -> list[ContactRecord]:
    """Those that there are, in the order of their ids; deleted ones are none."""
    query = select(contacts).where(contacts.c.id.in_(list(contact_ids)), contacts.c.deleted_at.is_(None))
    return [ContactRecord(**row._mapping) for row in await session.execute(query.order_by(contacts.c.id))]


async def owners(session: AsyncConnection, keys: Sequence[Key]) -> dict[Key, int]:
    """Whom each of the keys finds, where it finds somebody."""
    key = [contact_keys.c[name] for name in _KEY]
    rows = await session.execute(select(*key, contact_keys.c.contact_id).where(tuple_(*key).in_(keys)))
    return {(row.tenant_id, row.kind, row.source, row.value): row.contact_id for row in rows}


async def history(session: AsyncConnection, records: Sequence[ContactRecord]) -> History:
    """To which the edits are added."""
    kept = _contributions.c.record_id, _contributions.c.entity == "contacts"
    several = select(kept[0]).where(kept[0].in_([record.id for record in records]), kept[1]).distinct()
    known = set((await session.scalars(several)).all())
    history = History(Contact)
    for record in records:
        if record.id in known:
            history.know(record, Told())
    return history


async def write(session: AsyncConnection, edited: Sequence[Edited], history: History) -> None:
    """What the fold of an edit made of each contact, and the edit itself."""
    await _contribute(session, history)
    changed = [each.record for each in edited if each.record.stage == "changed"]
    if changed:
        values: dict[str, Any] = {name: bindparam(name) for name in _CHANGEABLE}
        query = update(contacts).where(contacts.c.id == bindparam("contact")).values(values)
        await session.execute(query, [_row(record) for record in changed])
    if keys := [_key(key, each.record) for each in edited for key in each.new_keys]:
        await session.execute(insert(contact_keys), keys)
    if deleted := [record.id for record in changed if record.deleted_at is not None]:
        await _keep_keys(session, deleted)
    lists = {(record.tenant_id, name) for record in changed for name in record.lists}
    for tenant, name in sorted(lists):
        await make_list(session, tenant, name)


async def _contribute(session: AsyncConnection, history: History) -> None:
    count = func.generate_series(1, len(history.arrivals)).table_valued()
    history.number((await session.scalars(select(contact_ids.next_value()).select_from(count))).all())
    rows = [dict(zip(CONTRIBUTIONS.columns, row, strict=True)) for row in CONTRIBUTIONS.rows(history)]
    if rows:
        said = [row | {"said": msgspec.to_builtins(row["said"])} for row in rows]
        await session.execute(insert(_contributions), said)


async def _keep_keys(session: AsyncConnection, deleted: Sequence[int | None]) -> None:
    """Of those deleted: they find nobody now, and are there if a live event revives their contact."""
    columns = [contact_keys.c[name] for name in (*_KEY, "contact_id")]
    gone = delete(contact_keys).where(contact_keys.c.contact_id.in_(deleted)).returning(*columns).cte("gone")
    await session.execute(insert(deleted_contact_keys).from_select([*_KEY, "contact_id"], select(gone)))


async def make_list(session: AsyncConnection, tenant: str, name: str) -> int | None:
    """Its id, or None where there is one of that name. Under the tenant's lock nobody else makes it."""
    key = list_key(tenant, name)
    known = select(contact_lists.c.id).where(contact_lists.c.name_key == key).exists()
    columns = ["tenant_id", "id", "name_key", "name", "created_at", "by_person"]
    values = literal(tenant), contact_list_ids.next_value(), literal(key), literal(name), func.now(), true()
    row = select(*values).where(~known)
    made = await session.execute(insert(contact_lists).from_select(columns, row).returning(contact_lists.c.id))
    found: int | None = made.scalar_one_or_none()
    return found


def _key(key: Key, record: ContactRecord) -> dict[str, Any]:
    return dict(zip(_KEY, key, strict=True)) | {"contact_id": record.id}


def _row(record: ContactRecord) -> dict[str, Any]:
    row = {name: getattr(record, name) for name in _CHANGEABLE}
    return row | {"field_times": msgspec.to_builtins(record.field_times), "contact": record.id}
