"""What a batch of conversations and messages may meet, read once, and what it made of them, written once a table."""

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from ringback.events import Conversation, Message, MessageRecorded
from ringback.fold.contribution import Stored, first_of
from ringback.fold.contribution_store import Contributions
from ringback.fold.identity import Index, Telling, external_key
from ringback.fold.keyed_store import KeyedStore, external, natural
from ringback.fold.scopes import columns
from ringback.ledger.intake import REAL, Scope
from services.conversations import tables
from services.conversations.records import ConversationRecord, MessageRecord
from services.conversations.rules import Conversations

CONVERSATIONS = KeyedStore(
    ConversationRecord, tables.conversations, Contributions(tables.contributions, "conversations", Conversation)
)
MESSAGE_CONTRIBUTIONS = Contributions(tables.contributions, "messages", Message)
MESSAGES = KeyedStore(MessageRecord, tables.messages, MESSAGE_CONTRIBUTIONS)
SHADOWS = (*MESSAGES.shadows, *CONVERSATIONS.shadows, tables.contributions.shadow.name)


async def read(connection: asyncpg.Connection, scope: Scope, tellings: Sequence[Telling]) -> Conversations:
    """Every record that any of them may be of, or names."""
    messages = [told for told in tellings if type(told.event) is MessageRecorded]
    conversations = [told for told in tellings if type(told.event) is not MessageRecorded]
    named = {(told.event.tenant, told.names) for told in messages if told.names is not None}
    known = await CONVERSATIONS.read(connection, scope, external(conversations) | named, natural(conversations))
    told = [each for each in known if not each.is_stub]
    met = await MESSAGES.read(connection, scope, external(messages), natural(messages))
    return Conversations(
        Index(told, await CONVERSATIONS.history(connection, scope, told, conversations)),
        Index(met, await MESSAGES.history(connection, scope, met, messages)),
        [each for each in known if each.is_stub],
    )


#: What a source calls a conversation: (source, id).
Name = tuple[str, str]

_NAMING = """
    SELECT f.* FROM unnest($2::text[], $3::text[]) AS n (source, id) CROSS JOIN LATERAL (
        SELECT m.* FROM messages m
        WHERE m.external_conversation_id = n.id AND m.conversation_source = n.source AND m.tenant_id = $1
        AND NOT EXISTS (
            SELECT FROM contributions c WHERE c.tenant_id = $1 AND c.entity = 'messages' AND c.record_id = m.id
            OFFSET 0)
        ORDER BY m.id LIMIT 1) f
"""
_ALSO_NAMING = """
    SELECT f.* FROM unnest($2::text[], $3::text[]) AS n (source, id) CROSS JOIN LATERAL (
        SELECT c.* FROM contributions c
        WHERE c.entity = 'messages' AND c.said ->> 'external_conversation_id' = n.id
        AND c.said ->> 'source' = n.source AND c.tenant_id = $1
        ORDER BY c.arrival LIMIT 1) f
"""


async def named(connection: asyncpg.Connection, tenant: str, names: Iterable[Name]) -> dict[Name, ConversationRecord]:
    """What each name finds, stubs too."""
    wanted = {(tenant, external_key(tenant, *name)) for name in names}
    found = await CONVERSATIONS.read(connection, REAL, wanted, set()) if wanted else []
    return {name: record for record in found for name in record.externals}


async def first_to_name(connection: asyncpg.Connection, tenant: str, names: Sequence[Name]) -> list[Stored]:
    """Of each name that a message has for its conversation, the first contribution that has it."""
    if not names:
        return []
    alone = await MESSAGES.stored(connection, _NAMING, tenant, *columns(names, 2))
    first: dict[tuple[Any, Any], Stored] = {
        (each.conversation_source, each.external_conversation_id): first_of(each, Message) for each in alone
    }
    for each in await MESSAGE_CONTRIBUTIONS.stored(connection, _ALSO_NAMING, tenant, *columns(names, 2)):
        name = each.said.source, each.said.external_conversation_id
        if name not in first or _number(each) < _number(first[name]):
            first[name] = each
    return list(first.values())


def _number(contribution: Stored) -> int:
    assert contribution.arrival is not None
    return contribution.arrival


async def write(connection: asyncpg.Connection, scope: Scope, state: Conversations) -> None:
    """What the fold made and changed; stubs go before the rows that take their names."""
    await CONVERSATIONS.put_aside(connection, scope, state.replaced)
    await CONVERSATIONS.put_in(connection, scope, state.new_stubs)
    await CONVERSATIONS.write(connection, scope, state.conversations)
    await MESSAGES.write(connection, scope, state.messages)
