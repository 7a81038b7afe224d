"""The contract: what travels over Kafka, for our own services and for every other producer."""

from ringback.events.calls import Call, CallRecorded
from ringback.events.contacts import Contact, ContactRecorded
from ringback.events.conversations import Conversation, ConversationRecorded
from ringback.events.envelope import Entity, Envelope, MatchOn, Policy
from ringback.events.imports import (
    ENDED,
    FileState,
    ImportChanged,
    ImportClose,
    ImportClosed,
    ImportState,
    ImportUndo,
    ImportUndone,
    RejectedRow,
    RowError,
    RowRejected,
    Status,
)
from ringback.events.messages import Message, MessageRecorded
from ringback.events.progress import EntityProgress, ProgressChanged, Snapshot
from ringback.events.tallies import Notice, Tallied, Tally

__all__ = [
    "ENDED",
    "Call",
    "CallRecorded",
    "Contact",
    "ContactRecorded",
    "Conversation",
    "ConversationRecorded",
    "Entity",
    "EntityProgress",
    "Envelope",
    "FileState",
    "ImportChanged",
    "ImportClose",
    "ImportClosed",
    "ImportState",
    "ImportUndo",
    "ImportUndone",
    "MatchOn",
    "Message",
    "MessageRecorded",
    "Notice",
    "Policy",
    "ProgressChanged",
    "RejectedRow",
    "RowError",
    "RowRejected",
    "Snapshot",
    "Status",
    "Tallied",
    "Tally",
]
