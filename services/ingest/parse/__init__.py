"""Files to events' data, without a file or a network in sight: it is handed bytes and hands back rows."""

from services.ingest.parse.columns import as_written
from services.ingest.parse.frame import (
    Chunked,
    ConversationOf,
    Frame,
    Layout,
    Mapping,
    Sides,
    Survey,
    no_conversations,
)
from services.ingest.parse.opening import lines_said, rows_of
from services.ingest.parse.problems import Warning
from services.ingest.parse.rows import Bad, Data, Good, conversation_keys, read
from services.ingest.parse.survey import Head, head, header, survey

__all__ = [
    "Bad",
    "Chunked",
    "ConversationOf",
    "Data",
    "Frame",
    "Good",
    "Head",
    "Layout",
    "Mapping",
    "Sides",
    "Survey",
    "Warning",
    "as_written",
    "conversation_keys",
    "head",
    "header",
    "lines_said",
    "no_conversations",
    "read",
    "rows_of",
    "survey",
]
