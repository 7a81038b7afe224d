"""A tenant's records as the public API shows them, in the canonical form of the reference's snapshot."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tests.faults.tenant import Tenant
from tests.reference.snapshot import canonical

Shown = dict[str, Any]
TIMES = ("started_at", "last_message_at", "sent_at", "answered_at", "ended_at")
#: Ours alone: the ids we gave, where a record came from, and when it was written.
SURROGATES = ("id", "import_id", "created_at", "updated_at")


async def shown(tenant: Tenant) -> dict[str, list[Shown]]:
    """Whose a message is, is said by where it is found; calls meet their conversation by number, not shown here."""
    contacts = await tenant.all("/v1/contacts")
    conversations = await tenant.all("/v1/conversations")
    calls = await tenant.all("/v1/calls")
    messages = [
        _canonical(message) | {"conversation": _line(conversation)} for conversation, message in await tenant.messages()
    ]
    return {
        "contacts": _sorted(map(_canonical, contacts)),
        "conversations": _sorted(map(_canonical, conversations)),
        "messages": _sorted(messages),
        "calls": _sorted(map(_canonical, calls)),
    }


def as_the_api_shows(snapshot: dict[str, list[Shown]]) -> dict[str, list[Shown]]:
    """The reference's, without what the API has no word for.

    That is all that finds a contact, a call's conversation, and messages that no conversation has.
    """
    unsaid = {"contacts": "keys", "calls": "conversation"}
    snapshot = snapshot | {"messages": [each for each in snapshot["messages"] if each["conversation"]]}
    return {
        entity: _sorted({name: each[name] for name in each if name != unsaid.get(entity)} for each in records)
        for entity, records in snapshot.items()
    }


def _canonical(item: Shown) -> Shown:
    fields = {name: value for name, value in item.items() if name not in SURROGATES}
    fields |= {name: datetime.fromisoformat(item[name]) for name in TIMES if item.get(name)}
    fields |= {name: sorted(item[name]) for name in ("tags", "lists") if name in item}
    return fields | {"external_ids": _ids(item)}


def _line(conversation: Shown) -> Shown:
    line = {name: conversation[name] for name in ("our_number", "participants")}
    return {"external_ids": _ids(conversation)} | line


def _ids(item: Shown) -> list[tuple[str, str]]:
    return sorted((each["source"], each["external_id"]) for each in item["external_ids"])


def _sorted(records: Iterable[Shown]) -> list[Shown]:
    return sorted(records, key=canonical)
