"""The contacts worker's statements: what a batch may meet is read once, what it made is written once a table."""

from collections.abc import Iterable, Sequence
from operator import attrgetter

import asyncpg

from ringback.events import Contact, ContactRecorded
from ringback.fold.contribution_store import Contributions
from ringback.fold.scopes import columns, fetch
from ringback.ledger.intake import Scope
from ringback.postgres.bulk import Row, Target, insert, target, upsert
from services.contacts import tables
from services.contacts.record import ContactRecord
from services.contacts.rules import Contacts, Key, external_key, list_key

CONTACTS = target(tables.contacts)
CONTACTS_SHADOW = target(tables.contacts_shadow)
KEYS = target(tables.contact_keys)
KEYS_SHADOW = target(tables.contact_keys_shadow)
KEPT = target(tables.deleted_contact_keys)
CONTRIBUTIONS = Contributions(tables.contributions, "contacts", Contact)
SHADOWS = (KEYS_SHADOW.table, CONTACTS_SHADOW.table, CONTRIBUTIONS.shadow)

# The wanted keys come first and OFFSET 0 keeps them there: one probe of an index for each (see ringback.fold).
KEYS_BY_VALUE = """
    SELECT f.* FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS k (tenant_id, kind, source, value)
    CROSS JOIN LATERAL (
        SELECT r.tenant_id, r.kind, r.source, r.value, r.contact_id FROM contact_keys r
        WHERE r.tenant_id = k.tenant_id AND r.kind = k.kind AND r.source = k.source AND r.value = k.value -- scope
        OFFSET 0) f
"""

CONTACTS_BY_ID = """
    SELECT f.* FROM unnest($1::text[], $2::bigint[]) AS k (tenant_id, id) CROSS JOIN LATERAL (
        SELECT r.* FROM contacts r WHERE r.tenant_id = k.tenant_id AND r.id = k.id -- scope
        OFFSET 0) f
"""

EXTERNAL_KEYS_OF = """
    SELECT f.* FROM unnest($1::bigint[]) AS k (id) CROSS JOIN LATERAL (
        SELECT r.tenant_id, r.contact_id, r.source, r.value FROM contact_keys r
        WHERE r.contact_id = k.id AND r.kind = 'external' -- scope
        OFFSET 0) f
"""

#: Of the contacts that such an id found until they were deleted.
DELETED_BY_ID = """
    SELECT f.* FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS k (tenant_id, kind, source, value)
    CROSS JOIN LATERAL (
        SELECT d.* FROM deleted_contact_keys d
        WHERE d.tenant_id = k.tenant_id AND d.kind = k.kind AND d.source = k.source AND d.value = k.value
        OFFSET 0) f
"""

KEPT_OF = """
    SELECT f.* FROM unnest($1::bigint[]) AS k (id) CROSS JOIN LATERAL (
        SELECT d.* FROM deleted_contact_keys d WHERE d.contact_id = k.id
        OFFSET 0) f
"""

NOT_KEPT = "DELETE FROM deleted_contact_keys WHERE contact_id = ANY ($1::bigint[])"

NEW_LISTS = """
    INSERT INTO contact_lists (tenant_id, id, name_key, name, created_at, by_person)
    SELECT n.tenant_id, nextval('contact_lists_id_seq'), n.name_key, n.name, statement_timestamp(), false
    FROM unnest($1::text[], $2::bytea[], $3::text[]) AS n (tenant_id, name_key, name)
    WHERE NOT EXISTS (
        SELECT FROM contact_lists l WHERE l.tenant_id = n.tenant_id AND l.name_key = n.name_key OFFSET 0)
"""

NEXT_IDS = "SELECT nextval('contacts_id_seq') FROM generate_series(1, $1)"

_row = attrgetter(*CONTACTS.columns)


async def read(
    connection: asyncpg.Connection, scope: Scope, keys: Iterable[Key], events: Sequence[ContactRecorded]
) -> Contacts:
    """The contacts that any of `keys`, which are those of the events, finds, and deleted ones that live ones find."""
    deleted = await _deleted(connection, events)
    wanted = {*keys, *(key for record in deleted for key in record.kept)}
    found = await fetch(connection, KEYS_BY_VALUE, KEYS.table, scope, columns(wanted, 4))
    ids = columns({(key["tenant_id"], key["contact_id"]) for key in found}, 2)
    rows = await fetch(connection, CONTACTS_BY_ID, CONTACTS.table, scope, ids)
    records = {(row["tenant_id"], row["id"]): record_of(row) for row in rows}
    for key in await fetch(connection, EXTERNAL_KEYS_OF, KEYS.table, scope, ids[1:]):
        records[key["tenant_id"], key["contact_id"]].externals.add((key["source"], key["value"]))
    history = await CONTRIBUTIONS.history(connection, scope, [*records.values(), *deleted], events)
    return Contacts(
        {tuple(key)[:4]: records[key["tenant_id"], key["contact_id"]] for key in found},
        history,
        {key: record for record in deleted for key in record.kept if key[1] == "external"},
    )


async def _deleted(connection: asyncpg.Connection, events: Sequence[ContactRecorded]) -> list[ContactRecord]:
    """Those that an id of a live event found, as they were deleted: of several with one id the last is meant."""
    wanted = {
        key
        for event in events
        if event.importid is None and (key := external_key(event.tenant, event.data)) is not None
    }
    if not wanted:
        return []
    found = await connection.fetch(DELETED_BY_ID, *columns(wanted, 4))
    ids = columns({(key["tenant_id"], key["contact_id"]) for key in found}, 2)
    rows = await connection.fetch(CONTACTS_BY_ID, *ids)
    records = {(row["tenant_id"], row["id"]): record_of(row) for row in rows}
    for *key, contact_id in await connection.fetch(KEPT_OF, ids[1]):
        record = records[key[0], contact_id]
        record.kept.append(tuple(key))
        if key[1] == "external":
            record.externals.add((key[2], key[3]))
    return sorted(records.values(), key=attrgetter("deleted_at", "id"))


async def write(connection: asyncpg.Connection, scope: Scope, contacts: Contacts) -> None:
    """What the fold made and changed."""
    numbers = await connection.fetch(NEXT_IDS, len(contacts.history.arrivals))
    contacts.history.number(number for (number,) in numbers)
    keys = [(*key, record.id) for key, record in contacts.new_keys.items()]
    await insert(connection, *_in_scope(scope, CONTACTS, CONTACTS_SHADOW, map(_row, contacts.made)))
    await upsert(connection, *_in_scope(scope, CONTACTS, CONTACTS_SHADOW, map(_row, contacts.changed)))
    await insert(connection, *_in_scope(scope, KEYS, KEYS_SHADOW, sorted(keys)))
    await CONTRIBUTIONS.write(connection, scope, contacts.history)
    if scope.import_id is None:
        await _write_real(connection, contacts)


async def _write_real(connection: asyncpg.Connection, contacts: Contacts) -> None:
    """What a dry run has no part in: its rows meet no deleted contact, and the lists that it would make are none."""
    if contacts.revived:
        await connection.execute(NOT_KEPT, [record.id for record in contacts.revived])
    kept = [(*key, record.id) for key, record in contacts.newly_kept if record.deleted_at is not None]
    await insert(connection, KEPT, sorted(kept))
    if contacts.new_lists:
        lists = [(tenant, list_key(tenant, name), name) for tenant, name in sorted(contacts.new_lists)]
        await connection.execute(NEW_LISTS, *columns(lists, 3))


def _in_scope(scope: Scope, real: Target, shadow: Target, rows: Iterable[Row]) -> tuple[Target, list[Row]]:
    if scope.import_id is None:
        return real, list(rows)
    return shadow, [(scope.import_id, *row) for row in rows]


def record_of(row: asyncpg.Record) -> ContactRecord:
    return ContactRecord(**{name: row[name] for name in CONTACTS.columns})
