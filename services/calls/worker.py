"""A batch of call events: read, fold, write, in the transaction of the worker."""

from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg

from ringback.ledger.intake import Scope, Taken
from ringback.ledger.line import Verdict
from ringback.ledger.receiver import Domain
from services.calls import store
from services.calls.rules import tell
from services.calls.undo import undo


async def fold(connection: asyncpg.Connection, scope: Scope, events: Sequence[Taken]) -> list[Verdict]:
    """One verdict for each event, in order."""
    tellings = [tell(each.event) for each in events]
    state = await store.read(connection, scope, tellings)
    now = datetime.now(UTC)
    verdicts = [state.fold(told, now) for told in tellings]
    await store.write(connection, scope, state)
    return verdicts


DOMAIN = Domain("calls", ("calls",), store.SHADOWS, fold, undo)
