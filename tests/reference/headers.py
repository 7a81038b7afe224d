"""Which column a header names, and what becomes of the others (rules §2; the readings on cells)."""

from tests.reference.model import COLUMNS

SYNONYMS = {
    "contacts": {
        "phone": ("phone number", "mobile", "mobile phone", "cell"),
        "email": ("email address", "e-mail"),
        "external_contact_id": ("contact id",),
        "postal_code": ("zip", "zip code", "postcode"),
    },
    "conversations": {"external_conversation_id": ("conversation id",), "contact_phone": ("participants",)},
    "messages": {
        "body": ("text", "message", "content"),
        "sent_at": ("date", "timestamp", "time"),
        "external_message_id": ("message id",),
        "external_conversation_id": ("conversation id",),
    },
    "calls": {
        "external_call_id": ("call id",),
        "external_conversation_id": ("conversation id",),
        "duration_seconds": ("duration",),
        "started_at": ("start time", "date"),
    },
}


def fold(header: str) -> str:
    """Without case, spaces, `_` and `-`."""
    return "".join(header.split()).replace("_", "").replace("-", "").lower()


def known(entity: str) -> dict[str, str]:
    """Every folded name, and the canonical column that it means."""
    names = {fold(name): column for column, names in SYNONYMS[entity].items() for name in names}
    return names | {fold(column): column for column in COLUMNS[entity]}


def read_headers(entity: str, headers: list[str]) -> list[tuple[str, bool]]:
    """For each position its column or custom key, and whether it is custom; the first of two takes the column."""
    names = known(entity)
    columns: list[tuple[str, bool]] = []
    for position, header in enumerate(headers, start=1):
        column = names.get(fold(header))
        if column is not None and (column, False) not in columns:
            columns.append((column, False))
        else:
            taken = {name for name, custom in columns if custom}
            columns.append((_free(header.strip() or f"column {position}", taken), True))
    return columns


def _free(header: str, taken: set[str]) -> str:
    """A custom header that is already taken gets ` (2)`, ` (3)` … behind it."""
    name, n = header, 1
    while name in taken:
        n += 1
        name = f"{header} ({n})"
    return name
