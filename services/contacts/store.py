"""The contacts worker's statements: what a batch may meet is read once, what it made is written once a table."""

from collections.abc import Iterable
from operator import attrgetter

import asyncpg

from ringback.events import Contact, ContactRecorded
from ringback.fold.contribution_store import Contributions
from ringback.fold.scopes import columns, fetch
from ringback.ledger.intake import Scope
from ringback.postgres.bulk import Row, Target, insert, target, upsert
from services.contacts import tables
from services.contacts.record import ContactRecord
from services.contacts.rules import Contacts, Key

CONTACTS = target(tables.contacts)
CONTACTS_SHADOW = target(tables.contacts_shadow)
KEYS = target(tables.contact_keys)
KEYS_SHADOW = target(tables.contact_keys_shadow)
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

NEXT_IDS = "SELECT nextval('contacts_id_seq') FROM generate_series(1, $1)"

_row = attrgetter(*CONTACTS.columns)


async def read(
    connection: asyncpg.Connection, scope: Scope, keys: Iterable[Key], events: Iterable[ContactRecorded]
) -> Contacts:
    """The contacts that any of `keys`, which are those of the events, finds."""
    found = await fetch(connection, KEYS_BY_VALUE, KEYS.table, scope, columns(set(keys), 4))
    ids = columns({(key["tenant_id"], key["contact_id"]) for key in found}, 2)
    rows = await fetch(connection, CONTACTS_BY_ID, CONTACTS.table, scope, ids)
    records = {(row["tenant_id"], row["id"]): _record(row) for row in rows}
    for key in await fetch(connection, EXTERNAL_KEYS_OF, KEYS.table, scope, ids[1:]):
        records[key["tenant_id"], key["contact_id"]].externals.add((key["source"], key["value"]))
    history = await CONTRIBUTIONS.history(connection, scope, records.values(), events)
    return Contacts({tuple(key)[:4]: records[key["tenant_id"], key["contact_id"]] for key in found}, history)


async def write(connection: asyncpg.Connection, scope: Scope, contacts: Contacts) -> None:
    """What the fold made and changed."""
    numbers = await connection.fetch(NEXT_IDS, len(contacts.history.arrivals))
    contacts.history.number(number for (number,) in numbers)
    keys = [(*key, record.id) for key, record in contacts.new_keys.items()]
    await insert(connection, *_in_scope(scope, CONTACTS, CONTACTS_SHADOW, map(_row, contacts.made)))
    await upsert(connection, *_in_scope(scope, CONTACTS, CONTACTS_SHADOW, map(_row, contacts.changed)))
    await insert(connection, *_in_scope(scope, KEYS, KEYS_SHADOW, sorted(keys)))
    await CONTRIBUTIONS.write(connection, scope, contacts.history)


def _in_scope(scope: Scope, real: Target, shadow: Target, rows: Iterable[Row]) -> tuple[Target, list[Row]]:
    if scope.import_id is None:
        return real, list(rows)
    return shadow, [(scope.import_id, *row) for row in rows]


def _record(row: asyncpg.Record) -> ContactRecord:
    return ContactRecord(**{name: row[name] for name in CONTACTS.columns})
