"""`?import_id=`, `?did=`: the records that an import made, or those of which it changed a field."""

from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

from fastapi import Depends, Query
from sqlalchemy import ColumnElement, Select, Table, select, tuple_

from ringback.http.problems import Problem


class Import(NamedTuple):
    """Made: its row was the first of the record. Changed: a row of it was counted `updated` (rules §6)."""

    import_id: Annotated[
        UUID | None, Query(description="Only what this import brought; a dry run brought nothing.")
    ] = None
    did: Annotated[
        Literal["made", "changed"] | None, Query(description="With import_id; without it, what the import made.")
    ] = None

    @property
    def said(self) -> bool:
        """Whether one was asked for; `did` of none is a 422."""
        if self.did is not None and self.import_id is None:
            raise Problem(422, "did goes with an import", "Say which import by import_id.")
        return self.import_id is not None

    def select(self, records: Table, contributions: Table, after: tuple[int, ...] | None) -> Select[Any]:
        """The records by id, behind that of `after`: the import's, or all. An index has them in that order."""
        behind = 0 if after is None else after[0]
        if not self.said or self.import_id is None:
            return select(records).where(records.c.id > behind).order_by(records.c.id)
        if self.did != "changed":
            its = _its(records.c.import_id, records.c.id, self.import_id, behind)
            return select(records).where(*its).order_by(records.c.import_id, records.c.id)
        changed = _changed(contributions, records.name, self.import_id, behind).subquery("changed")
        query = select(records).join(changed, changed.c.record_id == records.c.id)
        return query.order_by(changed.c.import_id, changed.c.record_id)


OfImport = Annotated[Import, Depends()]


def _changed(contributions: Table, entity: str, import_id: UUID, behind: int) -> Select[Any]:
    """Each once, and sorted, so that a page ends the walk."""
    key = contributions.c.import_id, contributions.c.record_id
    told = contributions.c.entity == entity, contributions.c.outcome == "updated"
    return select(*key).where(*told, *_its(*key, import_id, behind)).distinct().order_by(*key)


def _its(of: ColumnElement[Any], number: ColumnElement[Any], import_id: UUID, behind: int) -> list[ColumnElement[bool]]:
    """Not `=`: by that Postgres knows that the numbers alone are an order, and may go through all of a tenant's."""
    return [tuple_(of, number) > (import_id, behind), of <= import_id]
