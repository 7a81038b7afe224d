"""Which of the imports a list shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime
from sqlalchemy import ColumnElement, or_

from ringback.events import Status
from ringback.http.paging import STORABLE
from services.ingest.sources.kinds import Kind
from services.ingest.tables import imports

LONGEST = 500


def _in_the_calendar(moment: datetime) -> datetime:
    """Postgres keeps UTC, in which the first hours of the year 1 in the east are not."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("it is out of the calendar") from None


Text = Annotated[str | None, Query(max_length=LONGEST, pattern=STORABLE)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_the_calendar)]


@dataclass
class Filters:
    """All that are given hold at once; of several `status` or `kind` one."""

    status: Annotated[list[Status] | None, Query(description="May stand several times.")] = None
    kind: Annotated[list[Kind] | None, Query(description="Likewise.")] = None
    dry_run: bool | None = None
    source: Text = None
    created_by: Text = None
    external_id: Text = None
    created_from: Annotated[Moment | None, Query(description="At this time or later; with its zone.")] = None
    created_to: Annotated[Moment | None, Query(description="Before this time, so that spans can be joined.")] = None
    q: Annotated[
        str | None, Query(max_length=200, pattern=STORABLE, description="In file name, notes or external id.")
    ] = None
    parent: Annotated[UUID | None, Query(description="Only those that came of this one.")] = None
    hidden: Annotated[bool, Query(description="Also those that were hidden.")] = False

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """For the query."""
        if self.status:
            yield imports.c.status.in_(self.status)
        if self.kind:
            yield imports.c.kind.in_(self.kind)
        for name in ("dry_run", "source", "created_by", "external_id", "parent"):
            if (wanted := getattr(self, name)) is not None:
                yield imports.c[name] == wanted
        if self.created_from is not None:
            yield imports.c.created_at >= self.created_from
        if self.created_to is not None:
            yield imports.c.created_at < self.created_to
        if not self.hidden:
            yield imports.c.hidden_at.is_(None)
        if self.q:
            columns = (imports.c.filename, imports.c.notes, imports.c.external_id)
            yield or_(*(column.icontains(self.q, autoescape=True) for column in columns))
