"""People who change contacts of a tenant, in the product and in the reference: the same contact, the same words."""

from datetime import datetime
from random import Random
from typing import Any

from ringback.postgres.tenancy import tenant_session
from services.contacts import edit_store, editing, edits
from tests.integration.fold.both import Both
from tests.reference.edits import Edit
from tests.reference.record import Record
from tests.reference.snapshot import canonical, shown_contact
from tests.reference.world import NAMES, number

TEXTS = (*NAMES, None, None)
TAGS, LISTS, KEYS = ("gold", "vip", "new"), ("Spring", "Autumn"), ("board_number", "Shoe size")


def some_edit(rnd: Random) -> Edit:
    """Of what rows speak of too."""
    person = rnd.randrange(4)
    values = {
        "first_name": rnd.choice(TEXTS),
        "company": rnd.choice(TEXTS),
        "status": rnd.choice(("Active", None)),
        "phone": rnd.choice((number(person), None)),
        "phone_2": rnd.choice((number(person), None)),
        "email": rnd.choice((f"p{person}@example.com", f"P{person}@example.com", None)),
    }
    return Edit(
        values={name: value for name, value in values.items() if rnd.random() < 0.3},
        custom={key: rnd.choice(("44", None)) for key in KEYS if rnd.random() < 0.3},
        tags={tag: rnd.random() < 0.5 for tag in TAGS if rnd.random() < 0.3},
        lists={name: rnd.choice((True, False, None)) for name in LISTS if rnd.random() < 0.3},
    )


async def edit_some(both: Both, times: list[datetime], most: int = 4) -> None:
    """At any of the times, in no order."""
    for _ in range(both.rnd.randint(0, most)):
        await say(both, some_edit(both.rnd), both.rnd.choice(times))


async def delete_some(both: Both, at: datetime, most: int = 2) -> None:
    """All at once."""
    for _ in range(both.rnd.randint(0, most)):
        await say(both, Edit(deletes=True), at)


async def say(both: Both, edit: Edit, at: datetime) -> None:
    """Of a contact that looks like no other, if there is one: product and reference allow it, or neither does."""
    found = await _one(both)
    if found is None:
        return
    contact_id, record = found
    words = {"fields": edit.values, "custom": edit.custom, "tags": edit.tags, "lists": edit.lists}
    asked = {contact_id: edits.Edit(**words, deletes=edit.deletes)}
    taken = False
    try:
        async with tenant_session(both.services.contacts_api, both.id) as session:
            await edit_store.lock(session, both.id)
            await editing.apply(session, both.id, asked, lambda *_: at)
    except editing.KeyTaken:
        taken = True
    assert both.reference.edit(record, edit, at=at) is not taken


async def _one(both: Both) -> tuple[int, Record] | None:
    stored = _alone(both, await both.services.contacts(both.id))
    known = _alone(both, {each.born: shown_contact(each) for each in both.reference.shelves["contacts"].all()})
    assert stored.keys() == known.keys()
    if not stored:
        return None
    chosen = both.rnd.choice(sorted(stored))
    return stored[chosen], both.reference.shelves["contacts"].records[known[chosen]]


def _alone(both: Both, contacts: dict[int, dict[str, Any]]) -> dict[str, int]:
    looks = [canonical(each) for each in contacts.values()]
    return {
        look: number
        for number, look in zip(contacts, looks, strict=True)
        if looks.count(look) == 1 and "deleted" not in contacts[number]
    }
