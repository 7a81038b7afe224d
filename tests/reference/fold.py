"""`Tenant`: what a tenant holds after imports, live events and undoes, and how every row was counted (§4 to §7)."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.reference.contribution import Contribution
from tests.reference.edits import Edit
from tests.reference.index import Shelf
from tests.reference.model import ENTITIES, ID_COLUMN, Archive, Bad, Counts, Good
from tests.reference.record import Record, natural_key, newer
from tests.reference.snapshot import snapshot

POLICIES = ("update", "overwrite", "skip", "create_new")
MATCH_ON = ("both", "phone", "email")


@dataclass
class Run:
    """What all rows of one import have in common."""

    import_id: str
    source: str
    policy: str
    tags: tuple[str, ...]
    match_on: str

    def contribution(self, entity: str, row: Good) -> Contribution:
        """`create_new` and the import's own tags are for contacts alone."""
        policy = "update" if self.policy == "create_new" and entity != "contacts" else self.policy
        own_tags = self.tags if entity == "contacts" else ()
        external_id = row.values.get(ID_COLUMN[entity])
        return Contribution(self.import_id, self.source, external_id, row.values, policy, own_tags=own_tags)


class Tenant:
    """The records of one tenant."""

    def __init__(self) -> None:
        self.shelves = {entity: Shelf(entity) for entity in ENTITIES}
        self.conflicts: list[tuple[str, tuple[str, str]]] = []
        """(by, key): a row's phone or email that belongs to another contact (rules §4)."""
        self._arrivals = 0

    def import_archive(
        self,
        archive: Archive,
        import_id: str,
        on_duplicate: str = "update",
        tags: Iterable[str] = (),
        *,
        match_on: str = "both",
        order: Iterable[str] | None = None,
    ) -> dict[str, Counts]:
        """Folds every row of the files present; `order` is the entity of each row in turn, else file after file."""
        if on_duplicate not in POLICIES:
            raise ValueError(on_duplicate)
        if match_on not in MATCH_ON:
            raise ValueError(match_on)
        run = Run(import_id, archive.source, on_duplicate, tuple(tags), match_on)
        counts = {entity: Counts() for entity in archive.rows}
        files = {entity: iter(rows) for entity, rows in archive.rows.items()}
        for entity in order if order is not None else file_after_file(archive):
            counts[entity].add(self.import_row(run, entity, next(files[entity])))
        return counts

    def import_row(self, run: Run, entity: str, row: Good | Bad) -> str:
        """One row, and how it is counted."""
        if isinstance(row, Bad):
            return "failed"
        return self._contribute(entity, run.contribution(entity, row), run.match_on)

    def dry(self, archive: Archive, import_id: str, *args: Any, **options: Any) -> dict[str, Counts]:
        """The figures that the real run would give, decided on a copy (rules §6)."""
        return deepcopy(self).import_archive(archive, import_id, *args, **options)

    def live(self, entity: str, values: dict[str, Any], *, at: datetime, source: str) -> str:
        """A live event or sync row: values by the columns' names, each with its source's time (rules §5)."""
        external_id = values.get(ID_COLUMN[entity])
        return self._contribute(entity, Contribution("live", source, external_id, values, at=at), "both")

    def edit(self, record: Record, edit: Edit, *, at: datetime) -> bool:
        """An edit of a contact by a person; False where a phone or e-mail of it belongs to another."""
        values = edit.set_values()
        shelf, keys = self.shelves["contacts"], tuple(contact_keys(values))
        if any(owner is not record for key in keys for owner in shelf.with_key(key)):
            return False
        c = Contribution("person", "", None, values, at=at, keys=keys, edit=edit, arrival=self._next())
        shelf.add(record, c)
        return True

    def undo(self, import_id: str) -> None:
        """Takes an import's contributions out and folds again; a record with none left is removed (rules §7)."""
        for entity, old in self.shelves.items():
            self.shelves[entity] = Shelf(entity)
            for record in old.all():
                again = record.without(import_id)
                if again.contributions:
                    self.shelves[entity].put(again)

    def snapshot(self) -> dict[str, list[dict[str, Any]]]:
        """All records in a canonical, comparable form without surrogate ids."""
        return snapshot(self.shelves)

    def _contribute(self, entity: str, c: Contribution, match_on: str) -> str:
        """Finds the record of a row, lets the row change it, and says how the row is counted."""
        c.arrival = self._next()
        record = self._find(entity, c, match_on)
        if record is not None and c.policy == "skip":
            return "skipped"
        if record is not None and c.by == "live" and newer(c, record):
            self.shelves[entity].revive(record)
        if entity == "contacts":
            self._admit(c, record)
        changed = self.shelves[entity].add(record or Record(entity, self._next()), c)
        if record is None:
            return "new"
        return "updated" if changed else "skipped"

    def _find(self, entity: str, c: Contribution, match_on: str) -> Record | None:
        """R1, otherwise R2 (rules §4)."""
        if c.policy == "create_new":
            return None
        shelf = self.shelves[entity]
        record = shelf.with_id(c.source, c.external_id)
        if record is None and c.by == "live":
            record = shelf.deleted_with_id(c.source, c.external_id)
        if record is None:
            natural = natural_key(c.values, entity) if entity != "contacts" else None
            keys = finding_keys(c.values, match_on) if entity == "contacts" else [natural] if natural else []
            record = shelf.oldest(keys, c.source, c.external_id)
            c.by_natural_key = record is not None
        return record

    def _admit(self, c: Contribution, record: Record | None) -> None:
        """Leaves out the phone, the email and (create_new) the id that belong to another contact."""
        shelf = self.shelves["contacts"]
        owner_of_id = shelf.with_id(c.source, c.external_id)
        if owner_of_id is not None and owner_of_id is not record:
            c.external_id = None
        for key in contact_keys(c.values):
            if any(owner is not record for owner in shelf.with_key(key)):
                self.conflicts.append((c.by, key))
                c.values = {name: value for name, value in c.values.items() if name != key[0]}
            else:
                c.keys = (*c.keys, key)

    def _next(self) -> int:
        self._arrivals += 1
        return self._arrivals


def contact_keys(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Phones, then emails in lower case; a phone_2 is no key."""
    phone, email = values.get("phone"), values.get("email")
    return [*([("phone", phone)] if phone else []), *([("email", email.lower())] if email else [])]


def finding_keys(values: dict[str, Any], match_on: str) -> list[tuple[str, str]]:
    """`phone`: email only for rows without a phone; `email`: the reverse; `both`: phones, then emails."""
    keys = contact_keys(values)
    first = [key for key in keys if key[0] == match_on]
    return first or keys


def file_after_file(archive: Archive) -> list[str]:
    """The entity of each row, the conversations before the messages."""
    return [entity for entity, rows in archive.rows.items() for _ in rows]
