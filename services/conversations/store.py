"""What a batch of conversations and messages may meet, read once, and what it made of them, written once a table."""

from collections.abc import Sequence

import asyncpg

from ringback.events import Conversation, Message, MessageRecorded
from ringback.fold.contribution_store import Contributions
from ringback.fold.identity import Index, Telling
from ringback.fold.keyed_store import KeyedStore, external, natural
from ringback.ledger.intake import Scope
from services.conversations import tables
from services.conversations.records import ConversationRecord, MessageRecord
from services.conversations.rules import Conversations

CONVERSATIONS = KeyedStore(
    ConversationRecord, tables.conversations, Contributions(tables.contributions, "conversations", Conversation)
)
MESSAGES = KeyedStore(MessageRecord, tables.messages, Contributions(tables.contributions, "messages", Message))
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


async def write(connection: asyncpg.Connection, scope: Scope, state: Conversations) -> None:
    """What the fold made and changed; stubs go before the rows that take their names."""
    await CONVERSATIONS.put_aside(connection, scope, state.replaced)
    await CONVERSATIONS.put_in(connection, scope, state.new_stubs)
    await CONVERSATIONS.write(connection, scope, state.conversations)
    await MESSAGES.write(connection, scope, state.messages)
