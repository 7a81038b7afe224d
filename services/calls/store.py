"""What a batch of calls may meet, read once, and what it made of them, written once a table."""

from collections.abc import Sequence

import asyncpg

from ringback.fold.identity import Index, Telling
from ringback.fold.keyed_store import KeyedStore, external, natural
from ringback.ledger.intake import Scope
from services.calls import tables
from services.calls.record import CallRecord
from services.calls.rules import Calls

CALLS = KeyedStore(CallRecord, tables.calls)


async def read(connection: asyncpg.Connection, scope: Scope, tellings: Sequence[Telling]) -> Calls:
    """Every call that any of them may be of."""
    return Calls(Index(await CALLS.read(connection, scope, external(tellings), natural(tellings))))


async def write(connection: asyncpg.Connection, scope: Scope, state: Calls) -> None:
    """What the fold made and changed."""
    await CALLS.write(connection, scope, state.calls)
