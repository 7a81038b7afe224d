"""The records of a tenant in a canonical form, to be compared with what the product shows."""

import json
from collections.abc import Mapping
from typing import Any

from tests.reference.contribution import Contribution
from tests.reference.index import Shelf
from tests.reference.model import COLUMNS, ENTITIES
from tests.reference.record import Record, natural_key

DEFAULTS = {"opt_in_through": "manual", "conversation_status": "New"}
"""Shown while no contribution says otherwise, never stored (the readings on contacts)."""
LINE = ("our_number", "participants")
NOT_SHOWN = {"from", "to", "contact_phone", "tags", "list", "board_number", "external_conversation_id"}


def snapshot(shelves: Mapping[str, Shelf]) -> dict[str, list[dict[str, Any]]]:
    """Every entity's records, each list in an order that depends on nothing but what the records show."""
    shelves = {**shelves, "conversations": with_stubs(shelves)}
    show = {"contacts": _contact, "conversations": _conversation, "messages": _message, "calls": _call}
    shown = {
        entity: [show[entity](record, shelves["conversations"]) for record in shelves[entity].all()]
        for entity in ENTITIES
    }
    return {entity: sorted(records, key=canonical) for entity, records in shown.items()}


def with_stubs(shelves: Mapping[str, Shelf]) -> Shelf:
    """The conversations, and a stub for each that messages name and no row has told of, with the first's numbers."""
    shelf = Shelf("conversations")
    for record in shelves["conversations"].records.values():
        shelf.put(record)
    contributions = (c for message in shelves["messages"].records.values() for c in message.contributions)
    for c in sorted(contributions, key=lambda c: c.arrival):
        name = c.values.get("external_conversation_id")
        if name is not None and shelf.with_id(c.source, name) is None:
            stub = Record("conversations", c.arrival, is_stub=True)
            numbers = {column: c.values[column] for column in LINE}
            stub.add(Contribution(c.by, c.source, name, numbers, arrival=c.arrival))
            shelf.put(stub)
    return shelf


def canonical(record: dict[str, Any]) -> str:
    """One text for one record: to sort by, and to compare with the product's."""
    return json.dumps(record, sort_keys=True, default=str, ensure_ascii=True)


def _common(record: Record) -> dict[str, Any]:
    custom = {key: held.value for (kind, key), held in record.held.items() if kind == "custom" and held.value}
    return {"external_ids": sorted(record.ids), "custom": custom}


def _fields(record: Record) -> dict[str, Any]:
    own_id = COLUMNS[record.entity][0]
    return {name: record.value(name) for name in COLUMNS[record.entity] if name not in NOT_SHOWN | {own_id}}


def _contact(record: Record, _: Shelf) -> dict[str, Any]:
    return shown_contact(record)


def shown_contact(record: Record) -> dict[str, Any]:
    """With all that finds it, or did until it was deleted."""
    fields = _fields(record)
    fields |= {name: fields[name] or default for name, default in DEFAULTS.items()}
    sets = {"tags": record.members("tags"), "lists": record.members("list")}
    deleted = {"deleted": True} if record.deleted_at is not None else {}
    return _common(record) | fields | sets | {"keys": sorted(record.keys)} | deleted


def _line(record: Record) -> dict[str, Any]:
    return {"our_number": record.value("our_number"), "participants": record.value("participants") or []}


def _conversation(record: Record, _: Shelf) -> dict[str, Any]:
    return _common(record) | _fields(record) | _line(record) | {"is_stub": record.is_stub}


def _message(record: Record, conversations: Shelf) -> dict[str, Any]:
    """Belongs to the conversation it names, else to its key's conversation of least (source, id) (rules §4)."""
    named = record.value("external_conversation_id")
    found = conversations.with_id(*named) if named else _by_number(record, conversations)
    shown = _common(record) | _fields(record) | _line(record) | _named(named, found)
    return shown | {"media_urls": record.value("media_urls") or [], "sender": record.value("sender")}


def _call(record: Record, conversations: Shelf) -> dict[str, Any]:
    """Calls meet their conversation by number, on reading; the id they name is a field (rules §4)."""
    named = record.value("external_conversation_id")
    return _common(record) | _fields(record) | _line(record) | _named(named, _by_number(record, conversations))


def _by_number(record: Record, conversations: Shelf) -> Record | None:
    return conversations.least(natural_key(record, "conversations"))


def _named(named: tuple[str, str] | None, found: Record | None) -> dict[str, Any]:
    """The field, and the conversation met: by its external ids and its line, for a surrogate id says nothing."""
    conversation = None if found is None else {"external_ids": sorted(found.ids)} | _line(found)
    return {"external_conversation_id": named[1] if named else None, "conversation": conversation}
