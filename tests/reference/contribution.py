"""What one row, live event or edit says of a record, and a value of it that stands (rules §7)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.reference.edits import Edit

Name = tuple[str, str]
"""("field", column), ("custom", key), or a member of a set: ("tags", tag), ("list", name)."""


@dataclass
class Contribution:
    """One row, live event or edit, as admitted: without a phone or email that another contact owned then."""

    by: str
    """The import's id, `live`, or `person`."""
    source: str
    external_id: str | None
    values: dict[str, Any]
    policy: str = "update"
    at: datetime | None = None
    """The source's time; a file row has none."""
    by_natural_key: bool = False
    keys: tuple[tuple[str, str], ...] = ()
    """A contact's phone and email as admitted."""
    own_tags: tuple[str, ...] = ()
    edit: Edit | None = None
    arrival: int = 0


@dataclass
class Held:
    """The value that stands, with its source's time if it has one: None where it was cleared, False of who is out."""

    value: Any
    at: datetime | None
