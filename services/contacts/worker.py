"""A batch of contact events: read, fold, write, in the transaction of the worker."""

from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg

from ringback.ledger.intake import Scope, Taken
from ringback.ledger.line import Verdict
from ringback.ledger.receiver import Domain
from services.contacts import store
from services.contacts.rules import keys_of
from services.contacts.undo import undo


async def fold(connection: asyncpg.Connection, scope: Scope, events: Sequence[Taken]) -> list[Verdict]:
    """One verdict for each event, in order."""
    keys = [key for each in events for key in keys_of(each.event.tenant, each.event.data)]
    contacts = await store.read(connection, scope, keys, [each.event for each in events])
    now = datetime.now(UTC)
    verdicts = [contacts.fold(each.event, now) for each in events]
    await store.write(connection, scope, contacts)
    return verdicts


DOMAIN = Domain("contacts", ("contacts",), store.SHADOWS, fold, undo)
