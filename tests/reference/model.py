"""The words of the reference: good and bad rows, an archive, the counts (rules §2, §6)."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

ENTITIES = ("contacts", "conversations", "messages", "calls")

CONTACT_TEXTS = (
    *("first_name", "last_name", "name", "company", "title", "address_line_1", "address_line_2", "city", "state"),
    *("postal_code", "country", "status", "lead_source", "lead_status", "market", "product", "opt_in_through"),
    *("conversation_status", "list"),
)
CONTACT_COLUMNS = ("external_contact_id", *CONTACT_TEXTS, "phone", "phone_2", "email", "tags", "board_number")
CONVERSATION_COLUMNS = (
    *("external_conversation_id", "contact_phone", "our_number", "started_at", "last_message_at", "status", "name"),
)
MESSAGE_COLUMNS = (
    *("external_message_id", "external_conversation_id", "from", "to", "direction", "body", "sent_at", "status"),
    "media_urls",
)
CALL_COLUMNS = (
    *("external_call_id", "external_conversation_id", "from", "to", "direction", "started_at", "answered_at"),
    *("ended_at", "duration_seconds", "status", "recording_url", "voicemail_url", "transcript", "summary"),
)
COLUMNS = dict(zip(ENTITIES, (CONTACT_COLUMNS, CONVERSATION_COLUMNS, MESSAGE_COLUMNS, CALL_COLUMNS), strict=True))
ID_COLUMN = {entity: f"external_{entity.removesuffix('s')}_id" for entity in ENTITIES}


class Refused(ValueError):
    """The file as a whole cannot be imported (rules §2)."""


@dataclass
class Good:
    """A row that is imported: the normalised values it says something about, and nothing for its empty cells."""

    row: int
    line: int
    values: dict[str, Any]


@dataclass
class Bad:
    """A row that fails, and only it (rules §3); `column` is blamed where that is obvious."""

    row: int
    line: int
    column: str | None = None


@dataclass
class Archive:
    """What an uploaded archive says; an entity whose file is absent has no key in `rows`."""

    source: str
    numbers: frozenset[str]
    rows: dict[str, list[Good | Bad]]
    exported_at: datetime | None = None
    miscounted: list[tuple[str, int, int]] = field(default_factory=list)
    """(entity, what the manifest says, the rows found): a warning with both figures."""


@dataclass
class Counts:
    """How the rows of one file ended (rules §6)."""

    rows: int = 0
    new: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0

    def add(self, ending: str) -> None:
        """Counts one row under exactly one ending."""
        self.rows += 1
        setattr(self, ending, getattr(self, ending) + 1)

    def as_dict(self) -> dict[str, int]:
        """The figures by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}
