"""An edit of some contacts: read, fold, write, in a transaction that holds the tenant's lock."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.contacts import edit_store, edits
from services.contacts.edits import Edit, Edited
from services.contacts.record import ContactRecord
from services.contacts.rules import Key


class KeyTaken(Exception):
    """A phone or e-mail that an edit sets finds another contact, `owner`."""

    def __init__(self, key: Key, owner: int) -> None:
        super().__init__(f"{key[1]} {key[3]} finds contact {owner}")
        self.key, self.owner = key, owner


Moment = Callable[[ContactRecord, datetime], datetime]


async def apply(
    session: AsyncConnection, tenant: str, asked: Mapping[int, Edit], moment: Moment = edits.moment
) -> list[Edited]:
    """Those of the contacts that there are, edited. Raises KeyTaken, with nothing written.

    `session` holds the tenant's lock (`edit_store.lock`). `moment` is an edit's time, for a record and now.
    """
    now = datetime.now(UTC)
    records = await edit_store.read(session, asked)
    keys = {key: record for record in records for key in asked[_id(record)].keys(tenant)}
    owners = await edit_store.owners(session, list(keys)) if keys else {}
    for key, owner in owners.items():
        if owner != keys[key].id:
            raise KeyTaken(key, owner)
    history = await edit_store.history(session, records)
    edited = []
    for record in records:
        edit, at = asked[_id(record)], moment(record, now)
        contribution = history.edited(record, edit, at)
        changed = edits.fold(record, edit, at, now)
        contribution.outcome = "updated" if changed else "skipped"
        new_keys = [key for key, its in keys.items() if its is record and key not in owners]
        edited.append(Edited(record, edit, changed, new_keys))
    await edit_store.write(session, edited, history)
    return edited


def _id(record: ContactRecord) -> int:
    assert record.id is not None
    return record.id
