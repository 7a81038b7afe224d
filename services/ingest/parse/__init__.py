"""Files to events' data, without a file or a network in sight: it is handed bytes and hands back rows."""

from services.ingest.parse.errors_file import rows_of
from services.ingest.parse.frame import Chunked, ConversationOf, Frame, Sides, Survey, no_conversations
from services.ingest.parse.problems import Warning
from services.ingest.parse.rows import Bad, Data, Good, conversation_keys, read
from services.ingest.parse.survey import header, survey

__all__ = [
    "Bad",
    "Chunked",
    "ConversationOf",
    "Data",
    "Frame",
    "Good",
    "Sides",
    "Survey",
    "Warning",
    "conversation_keys",
    "header",
    "no_conversations",
    "read",
    "rows_of",
    "survey",
]
