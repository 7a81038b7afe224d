"""What one row of each file means, or why it fails (rules §2, §3; the readings on conversations and messages)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.reference import cells
from tests.reference.model import CONTACT_TEXTS
from tests.reference.statuses import status

Cells = dict[str, str]
Sides = tuple[str, list[str]]


class Failed(Exception):
    """The row fails, and only it; `column` is blamed."""

    def __init__(self, column: str | None) -> None:
        super().__init__(column)
        self.column = column


@dataclass
class Setting:
    """What is frozen when an import is accepted, and the conversations' numbers that the archive itself tells."""

    region: str = "US"
    zone: str = "UTC"
    own: frozenset[str] = frozenset()
    conversations: dict[str, Sides] = field(default_factory=dict)


def contact(row: Cells, setting: Setting) -> dict[str, Any]:
    """Fails with neither a valid phone nor a valid email; a `phone_2` does not save it."""
    values: dict[str, Any] = {column: cells.text(row.get(column)) for column in CONTACT_TEXTS}
    values["external_contact_id"] = cells.trimmed(row.get("external_contact_id"))
    values["phone"] = cells.phone(row.get("phone"), setting.region)
    values["phone_2"] = cells.phone(row.get("phone_2"), setting.region)
    values["email"] = cells.email(row.get("email"))
    values["custom"] = {"board_number": cells.phone(row.get("board_number"), setting.region)}
    values["tags"] = cells.once_each(cells.parts(row.get("tags")))
    if values["phone"] is None and values["email"] is None:
        raise Failed("email" if cells.is_empty(row.get("phone")) and not cells.is_empty(row.get("email")) else "phone")
    return values


def conversation(row: Cells, setting: Setting) -> dict[str, Any]:
    """Fails with neither an id nor usable numbers; each column of numbers is kept when all in it is usable."""
    ours = cells.participant(row.get("our_number"), setting.region)
    listed = [cells.participant(part, setting.region) for part in cells.parts(row.get("contact_phone"))]
    participants = [] if None in listed else sorted(set(listed))
    external_id = cells.trimmed(row.get("external_conversation_id"))
    if external_id is None and not (ours and participants):
        raise Failed("our_number" if participants else "contact_phone")
    return {
        "external_conversation_id": external_id,
        "our_number": ours,
        "participants": participants,
        "started_at": cells.time(row.get("started_at"), setting.zone),
        "last_message_at": cells.time(row.get("last_message_at"), setting.zone),
        "status": cells.text(row.get("status")),
        "name": cells.text(row.get("name")),
    }


def message(row: Cells, setting: Setting) -> dict[str, Any]:
    """Fails without from/to, direction or a usable `sent_at`. `sender`: which of several wrote what came in."""
    line = _on_the_line(row, setting, cells.parts(row.get("to")))
    several = line["direction"] == "inbound" and len(line["participants"]) > 1
    return {
        "external_message_id": cells.trimmed(row.get("external_message_id")),
        **line,
        "sender": line["from"] if several and line["from"] in line["participants"] else None,
        "body": cells.text(row.get("body")),
        "sent_at": _needed("sent_at", row, setting),
        "status": status("messages", row.get("status")),
        "media_urls": cells.parts(row.get("media_urls")),
    }


def call(row: Cells, setting: Setting) -> dict[str, Any]:
    """Fails without from/to, direction or a usable `started_at`; its other times are left empty when unreadable."""
    to = cells.trimmed(row.get("to"))
    return {
        "external_call_id": cells.trimmed(row.get("external_call_id")),
        **_on_the_line(row, setting, [to] if to else []),
        "started_at": _needed("started_at", row, setting),
        "answered_at": cells.time(row.get("answered_at"), setting.zone),
        "ended_at": cells.time(row.get("ended_at"), setting.zone),
        "duration_seconds": cells.whole(row.get("duration_seconds")),
        "status": status("calls", row.get("status")),
        "recording_url": cells.trimmed(row.get("recording_url")),
        "voicemail_url": cells.trimmed(row.get("voicemail_url")),
        "transcript": cells.text(row.get("transcript")),
        "summary": cells.text(row.get("summary")),
    }


READERS: dict[str, Callable[[Cells, Setting], dict[str, Any]]] = {
    "contacts": contact,
    "conversations": conversation,
    "messages": message,
    "calls": call,
}


def _needed(column: str, row: Cells, setting: Setting) -> Any:
    found = cells.time(row.get(column), setting.zone)
    if found is None:
        raise Failed(column)
    return found


def _on_the_line(row: Cells, setting: Setting, to_parts: list[str]) -> dict[str, Any]:
    """Our number, the participants, the direction; from the conversation's row where from or to is lacking."""
    conversation_id = cells.trimmed(row.get("external_conversation_id"))
    sender = _usable("from", [row.get("from")] if not cells.is_empty(row.get("from")) else [], setting)
    to = _usable("to", to_parts, setting)
    lacking = not sender or not to
    if lacking and conversation_id not in setting.conversations:
        raise Failed("to" if sender else "from")
    way = cells.direction(row.get("direction")) or _by_own_number(sender, to, setting.own)
    if way is None:
        raise Failed("direction")
    ours, others = setting.conversations[conversation_id] if lacking else _sides(way, sender[0], to, setting.own)
    return {
        "external_conversation_id": conversation_id,
        "from": sender[0] if sender else None,
        "to": to,
        "direction": way,
        "our_number": ours,
        "participants": sorted(set(others)),
    }


def _usable(column: str, written: list[str | None], setting: Setting) -> list[str]:
    """Each number normalised; one that does not normalise fails the row."""
    numbers = [cells.participant(one, setting.region) for one in written]
    if None in numbers:
        raise Failed(column)
    return cells.once_each(numbers)


def _by_own_number(sender: list[str], to: list[str], own: frozenset[str]) -> str | None:
    if any(number in own for number in sender):
        return "outbound"
    return "inbound" if any(number in own for number in to) else None


def _sides(way: str, sender: str, to: list[str], own: frozenset[str]) -> Sides:
    """outbound: ours is from; inbound: ours is the first of `to` among our own, else the first of `to`."""
    if way == "outbound":
        return sender, to
    ours = next((number for number in to if number in own), to[0])
    return ours, [sender, *(number for number in to if number != ours)]
