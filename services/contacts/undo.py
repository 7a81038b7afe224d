"""An import taken out of the contacts that it contributed to, with the keys and lists that only it brought."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from operator import attrgetter

import asyncpg

from ringback.events import Entity, ImportUndo
from ringback.fold.scopes import columns
from ringback.fold.undo import Left, count, without
from ringback.ledger.line import Undone
from ringback.postgres.bulk import upsert
from services.contacts.record import ContactRecord
from services.contacts.refold import borne, refold
from services.contacts.rules import list_key
from services.contacts.store import CONTACTS, CONTRIBUTIONS, record_of

_OF_IDS = """
    SELECT f.* FROM unnest($2::bigint[]) AS w (id) CROSS JOIN LATERAL (
        SELECT r.* FROM contacts r WHERE r.tenant_id = $1 AND r.id = w.id OFFSET 0) f
"""
_KEYS_OF = """
    SELECT f.* FROM unnest($2::bigint[]) AS w (id) CROSS JOIN LATERAL (
        SELECT k.tenant_id, k.kind, k.source, k.value, k.contact_id FROM {table} k
        WHERE k.tenant_id = $1 AND k.contact_id = w.id OFFSET 0) f
"""
_DROP_KEYS = """
    DELETE FROM {table} k
    USING unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
        AS w (tenant_id, kind, source, value, contact_id)
    WHERE (k.tenant_id, k.kind, k.source, k.value, k.contact_id)
        = (w.tenant_id, w.kind, w.source, w.value, w.contact_id)
"""
_DROP = "DELETE FROM contacts WHERE tenant_id = $1 AND id = ANY ($2::bigint[])"
#: A list that a person made stays when it is empty, and one that a row named whose contact a person took out of it.
_DROP_LISTS = """
    DELETE FROM contact_lists l WHERE l.tenant_id = $1 AND l.name_key = ANY ($2::bytea[]) AND NOT l.by_person
    AND NOT EXISTS (SELECT FROM contacts c WHERE c.tenant_id = $1 AND l.name = ANY (c.lists))
    AND NOT EXISTS (
        SELECT FROM contributions c
        WHERE c.tenant_id = $1 AND c.entity = 'contacts' AND c.kind <> 'edit' AND c.said -> 'lists' ? l.name)
"""
_KEY_TABLES = ("contact_keys", "deleted_contact_keys")


async def undo(connection: asyncpg.Connection, tenant: str, _: Entity, command: ImportUndo) -> Undone:
    """Of the next of them, in the worker's transaction."""
    left = await lacking(connection, tenant, command.undoes, command.most)
    again = [each.again for each in left if each.again is not None]
    await connection.execute(_DROP, tenant, [each.record.id for each in left if each.again is None])
    await upsert(connection, CONTACTS, [_row(each) for each in again])
    for table in _KEY_TABLES:
        await _drop_keys(connection, tenant, table, left)
    await CONTRIBUTIONS.take_out(connection, tenant, command.undoes, left)
    await _drop_lists(connection, tenant, left)
    return count(left)


async def lacking(connection: asyncpg.Connection, tenant: str, import_id: str, most: int) -> list[Left[ContactRecord]]:
    """The next contacts to which the import contributed, as they are without it; nothing is written."""
    met = await CONTRIBUTIONS.met(connection, tenant, import_id, most)
    records = [record_of(row) for row in await connection.fetch(_OF_IDS, tenant, met)]
    return without(import_id, await CONTRIBUTIONS.of(connection, tenant, records), refold, datetime.now(UTC))


async def _drop_keys(
    connection: asyncpg.Connection, tenant: str, table: str, left: Sequence[Left[ContactRecord]]
) -> None:
    """Those that nobody who is left bears. Whatever is borne finds its contact already."""
    living = {each.record.id: borne(tenant, each.kept) for each in left}
    rows = await connection.fetch(_KEYS_OF.format(table=table), tenant, list(living))
    gone = [tuple(row) for row in rows if tuple(row)[:4] not in living[row["contact_id"]]]
    await connection.execute(_DROP_KEYS.format(table=table), *columns(gone, 5))


async def _drop_lists(connection: asyncpg.Connection, tenant: str, left: Iterable[Left[ContactRecord]]) -> None:
    names = {name for each in left for name in each.record.lists}
    names -= {name for each in left if each.again is not None for name in each.again.lists}
    if names:
        await connection.execute(_DROP_LISTS, tenant, [list_key(tenant, name) for name in sorted(names)])


_row = attrgetter(*CONTACTS.columns)
