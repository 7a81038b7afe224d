"""What the columns of a table mean. Pure: it is handed a header and some rows, and hands back what it thinks."""

from services.ingest.mapping.contest import CERTAIN
from services.ingest.mapping.suggest import LOOKED_AT, Suggestion, suggest

__all__ = ["CERTAIN", "LOOKED_AT", "Suggestion", "suggest"]
