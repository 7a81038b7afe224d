"""What a batch of calls may meet, read once, and what it made of them, written once a table."""

from collections.abc import Sequence

import asyncpg

from ringback.events import Call
from ringback.fold.contribution_store import Contributions
from ringback.fold.identity import Index, Telling
from ringback.fold.keyed_store import KeyedStore, external, natural
from ringback.ledger.intake import Scope
from services.calls import tables
from services.calls.record import CallRecord
from services.calls.rules import Calls

CONTRIBUTIONS = Contributions(tables.contributions, "calls", Call)
CALLS = KeyedStore(CallRecord, tables.calls, CONTRIBUTIONS)
SHADOWS = (*CALLS.shadows, CONTRIBUTIONS.shadow)


async def read(connection: asyncpg.Connection, scope: Scope, tellings: Sequence[Telling]) -> Calls:
    """Every call that any of them may be of."""
    found = await CALLS.read(connection, scope, external(tellings), natural(tellings))
    return Calls(Index(found, await CALLS.history(connection, scope, found, tellings)))


async def write(connection: asyncpg.Connection, scope: Scope, state: Calls) -> None:
    """What the fold made and changed."""
    await CALLS.write(connection, scope, state.calls)
