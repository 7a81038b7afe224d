"""An import taken out of the conversations and messages that it contributed to, and what becomes of stubs by that."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import asyncpg

from ringback.events import ConversationRecorded, Entity, ImportUndo, MessageRecorded
from ringback.fold.contribution import Stored
from ringback.fold.undo import Kind, Left, count, event_of
from ringback.ledger.intake import REAL
from ringback.ledger.line import Undone
from services.conversations import store
from services.conversations.records import ConversationRecord, MessageRecord
from services.conversations.rules import (
    begin_conversation,
    begin_message,
    contribute_to_conversation,
    contribute_to_message,
    stub,
    tell,
)
from services.conversations.store import Name

MESSAGES = Kind[MessageRecord](MessageRecorded, tell, begin_message, contribute_to_message)
CONVERSATIONS = Kind[ConversationRecord](
    ConversationRecorded,
    tell,
    begin_conversation,
    lambda found, row, offer, _: contribute_to_conversation(found, row, offer),
)


async def undo(connection: asyncpg.Connection, tenant: str, entity: Entity, command: ImportUndo) -> Undone:
    """Of the next of them, in the worker's transaction. A conversation that messages still name is left as a stub."""
    way = connection, tenant, command.undoes
    if entity == "messages":
        messages = await store.MESSAGES.without(*way, command.most, MESSAGES)
        await store.MESSAGES.take_out(*way, messages)
        await _settle(connection, tenant, _named(each.gone for each in messages))
        return count(messages)
    conversations = await store.CONVERSATIONS.without(*way, command.most, CONVERSATIONS)
    await store.CONVERSATIONS.take_out(*way, conversations)
    await _settle(connection, tenant, {name for each in conversations for name in _lost(each)})
    return count(conversations)


async def _settle(connection: asyncpg.Connection, tenant: str, names: set[Name]) -> None:
    """Each of the names finds its own conversation, or the stub that the first message to name it makes, or none."""
    known = await store.named(connection, tenant, names)
    free = [name for name in names if name not in known or known[name].is_stub]
    now = datetime.now(UTC)
    wanted = {}
    for each in await store.first_to_name(connection, tenant, free):
        told = tell(event_of(MessageRecorded, tenant, each))
        wanted[each.said.source, each.said.external_conversation_id] = stub(told, now)
    same = {name for name in wanted.keys() & known.keys() if _alike(wanted[name], known[name])}
    gone = [known[name] for name in free if name in known and name not in same]
    await store.CONVERSATIONS.put_aside(connection, REAL, gone)
    await store.CONVERSATIONS.put_in(connection, REAL, [each for name, each in wanted.items() if name not in same])


def _alike(one: ConversationRecord, other: ConversationRecord) -> bool:
    shown = ("our_number", "participants", "source_time")
    return all(getattr(one, name) == getattr(other, name) for name in shown)


def _named(contributions: Iterable[list[Stored]]) -> set[Name]:
    every = (each.said for some in contributions for each in some)
    return {(row.source, row.external_conversation_id) for row in every if row.external_conversation_id is not None}


def _lost(left: Left[ConversationRecord]) -> set[Name]:
    """What nobody who is left calls it."""
    borne: set[Any] = left.again.externals if left.again is not None else set()
    return left.record.externals - borne
