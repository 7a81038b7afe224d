"""A tenant's records as the public API shows them, in the canonical form of the reference's snapshot."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tests.faults.expected import OWN_TAG
from tests.faults.tenant import Tenant
from tests.reference.snapshot import canonical

Shown = dict[str, Any]
TIMES = ("started_at", "last_message_at", "sent_at", "answered_at", "ended_at")
#: Ours alone: the ids we gave, where a record came from, when it was written, and whom we know in it.
SURROGATES = ("id", "import_id", "created_at", "updated_at", "conversation_id", "display_name", "contacts")


async def shown(tenant: Tenant) -> dict[str, list[Shown]]:
    """Whose a message is, it says itself, and the list of its conversation says the same."""
    contacts = await tenant.all("/v1/contacts")
    conversations = {each["id"]: each for each in await tenant.all("/v1/conversations")}
    calls = await tenant.all("/v1/calls")
    listed = await tenant.all("/v1/messages")
    by_conversation = sorted((conversation["id"], message["id"]) for conversation, message in await tenant.messages())
    assert by_conversation == sorted(
        (each["conversation_id"], each["id"]) for each in listed if each["conversation_id"]
    )
    messages = [
        _canonical(each) | {"conversation": _line(conversations.get(each["conversation_id"]))} for each in listed
    ]
    return {
        "contacts": _sorted(map(_canonical, contacts)),
        "conversations": _sorted(map(_canonical, conversations.values())),
        "messages": _sorted(messages),
        "calls": _sorted(map(_canonical, calls)),
    }


def as_the_api_shows(snapshot: dict[str, list[Shown]], *imports: Shown) -> dict[str, list[Shown]]:
    """The reference's, without what the API has no word for: the e-mails that find a contact, a call's conversation.

    `OWN_TAG` stands there for the tags of its imports for real, which were all of the same file.
    """
    own = {tag for each in imports for tag in each["tags"]}
    contacts = [each | {"numbers": numbers(each), "tags": _tags(each, own)} for each in snapshot["contacts"]]
    unsaid = {"contacts": "keys", "calls": "conversation"}
    snapshot = snapshot | {"contacts": contacts}
    return {
        entity: _sorted({name: each[name] for name in each if name != unsaid.get(entity)} for each in records)
        for entity, records in snapshot.items()
    }


def numbers(contact: Shown) -> list[str]:
    """All phones that find a contact of the reference's."""
    return [value for kind, value in contact["keys"] if kind == "phone"]


def _tags(contact: Shown, own: set[str]) -> list[str]:
    tags = set(contact["tags"])
    return sorted((tags | own) - {OWN_TAG} if OWN_TAG in tags else tags)


def _canonical(item: Shown) -> Shown:
    fields = {name: value for name, value in item.items() if name not in SURROGATES}
    fields |= {name: datetime.fromisoformat(item[name]) for name in TIMES if item.get(name)}
    fields |= {name: sorted(item[name]) for name in ("tags", "lists") if name in item}
    return fields | {"external_ids": _ids(item)}


def _line(conversation: Shown | None) -> Shown | None:
    if conversation is None:
        return None
    line = {name: conversation[name] for name in ("our_number", "participants")}
    return {"external_ids": _ids(conversation)} | line


def _ids(item: Shown) -> list[tuple[str, str]]:
    return sorted((each["source"], each["external_id"]) for each in item["external_ids"])


def _sorted(records: Iterable[Shown]) -> list[Shown]:
    return sorted(records, key=canonical)
