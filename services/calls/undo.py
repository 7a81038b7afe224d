"""An import taken out of the calls that it contributed to."""

import asyncpg

from ringback.events import CallRecorded, Entity, ImportUndo
from ringback.fold.undo import Kind, count
from ringback.ledger.line import Undone
from services.calls.record import CallRecord
from services.calls.rules import begin, contribute, tell
from services.calls.store import CALLS

KIND = Kind[CallRecord](CallRecorded, tell, begin, contribute)


async def undo(connection: asyncpg.Connection, tenant: str, _: Entity, command: ImportUndo) -> Undone:
    """Of the next of them, in the worker's transaction."""
    left = await CALLS.without(connection, tenant, command.undoes, command.most, KIND)
    await CALLS.take_out(connection, tenant, command.undoes, left)
    return count(left)
