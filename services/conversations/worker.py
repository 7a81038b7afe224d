"""A batch of conversation and message events: read, fold, write, in the transaction of the worker."""

from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg

from ringback.ledger.intake import Scope, Taken
from ringback.ledger.line import Verdict
from ringback.ledger.receiver import Domain
from services.conversations import store


async def fold(connection: asyncpg.Connection, scope: Scope, events: Sequence[Taken]) -> list[Verdict]:
    """One verdict for each event, in order."""
    state = await store.read(connection, scope, events)
    now = datetime.now(UTC)
    verdicts = [state.fold(each.event, now) for each in events]
    await store.write(connection, scope, state)
    return verdicts


DOMAIN = Domain("conversations", ("conversations", "messages"), store.SHADOWS, fold)
