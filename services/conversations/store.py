"""What a batch of conversations and messages may meet, read once, and what it made of them, written once a table."""

from collections.abc import Sequence

import asyncpg

from ringback.fold.keyed_store import External, KeyedStore, Natural
from ringback.ledger.intake import Scope, Taken
from services.conversations import tables
from services.conversations.records import ConversationRecord, MessageRecord
from services.conversations.rules import Conversations, conversation_key, message_key

CONVERSATIONS = KeyedStore(ConversationRecord, tables.conversations)
MESSAGES = KeyedStore(MessageRecord, tables.messages)
SHADOWS = (*MESSAGES.shadows, *CONVERSATIONS.shadows)


async def read(connection: asyncpg.Connection, scope: Scope, events: Sequence[Taken]) -> Conversations:
    """Every record that any of the events may be the same as, or names."""
    conversation_ids, conversation_keys = _conversations_of(events)
    message_ids, message_keys = _messages_of(events)
    return Conversations(
        await CONVERSATIONS.read(connection, scope, conversation_ids, conversation_keys),
        await MESSAGES.read(connection, scope, message_ids, message_keys),
    )


async def write(connection: asyncpg.Connection, scope: Scope, state: Conversations) -> None:
    """What the fold made and changed; stubs go before the rows that take their names."""
    await CONVERSATIONS.put_aside(connection, scope, state.replaced)
    await CONVERSATIONS.put_in(connection, scope, state.new_stubs)
    await CONVERSATIONS.write(connection, scope, state.conversations)
    await MESSAGES.write(connection, scope, state.messages)


def _conversations_of(events: Sequence[Taken]) -> tuple[set[External], set[Natural]]:
    ids: set[External] = set()
    keys: set[Natural] = set()
    for entity, event, _ in events:
        row = event.data
        external_id = row.external_id if entity == "conversations" else row.external_conversation_id
        if external_id is not None:
            ids.add((event.tenant, row.source, external_id))
        if (
            entity == "conversations"
            and (key := conversation_key(event.tenant, row.our_number, row.participants)) is not None
        ):
            keys.add((event.tenant, key))
    return ids, keys


def _messages_of(events: Sequence[Taken]) -> tuple[set[External], set[Natural]]:
    ids: set[External] = set()
    keys: set[Natural] = set()
    for entity, event, _ in events:
        if entity != "messages":
            continue
        row = event.data
        keys.add((event.tenant, message_key(event.tenant, row)))
        if row.external_id is not None:
            ids.add((event.tenant, row.source, row.external_id))
    return ids, keys
