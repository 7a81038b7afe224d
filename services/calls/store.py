"""What a batch of calls may meet, read once, and what it made of them, written once a table."""

from collections.abc import Sequence

import asyncpg

from ringback.fold.identity import Index
from ringback.fold.keyed_store import KeyedStore
from ringback.ledger.intake import Scope, Taken
from services.calls import tables
from services.calls.record import CallRecord
from services.calls.rules import Calls, call_key

CALLS = KeyedStore(CallRecord, tables.calls)


async def read(connection: asyncpg.Connection, scope: Scope, events: Sequence[Taken]) -> Calls:
    """Every call that any of the events may be the same as."""
    rows = [(each.event.tenant, each.event.data) for each in events]
    ids = {(tenant, row.source, row.external_id) for tenant, row in rows if row.external_id is not None}
    keys = {(tenant, call_key(tenant, row)) for tenant, row in rows}
    return Calls(Index(await CALLS.read(connection, scope, ids, keys)))


async def write(connection: asyncpg.Connection, scope: Scope, state: Calls) -> None:
    """What the fold made and changed."""
    await CALLS.write(connection, scope, state.calls)
