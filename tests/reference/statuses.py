"""The statuses of messages and calls, and which of two is the higher (rules §5; the readings on statuses)."""

from tests.reference import cells

LADDERS = {
    "messages": (("queued",), ("sending",), ("sent",), ("delivered", "received"), ("undelivered",), ("failed",)),
    "calls": (
        *(("queued",), ("initiated",), ("ringing",), ("in-progress",), ("answered",), ("forwarded",), ("completed",)),
        *(("voicemail",), ("missed",), ("no-answer",), ("busy",), ("canceled",), ("abandoned",), ("failed",)),
    ),
}
RANKS = {
    entity: {name: rank for rank, names in enumerate(ladder, start=1) for name in names}
    for entity, ladder in LADDERS.items()
}


def rank(entity: str, status: str) -> int:
    """A status that is not on the list ranks below all others."""
    return RANKS[entity].get(status, 0)


def status(entity: str, cell: str | None) -> str | None:
    """In lower case with `_` and blanks as `-`; one that is not on the list as it stands."""
    if cells.is_empty(cell):
        return None
    name = "".join("-" if c == "_" or c.isspace() else c for c in cell.strip().lower())
    return name if name in RANKS[entity] else cell
