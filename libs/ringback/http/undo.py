"""What an undo of an import would do to one kind of record: counted as the undo itself will, with nothing written."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.events import Entity
from ringback.fold.contribution import Stored, first_of
from ringback.fold.record import Record
from ringback.fold.undo import Left, Refold, count, without
from ringback.http.auth import Authenticated
from ringback.http.problems import Problem, documented
from ringback.ledger.line import Undone
from ringback.postgres.tenancy import tenant_session

#: Records that are folded at a time.
_AT_ONCE = 1_000

#: Whose a contribution is: an import's, a live event's or a person's.
Who = tuple[Literal["import", "live", "person"], UUID | None]


class Other(BaseModel):
    """Somebody else who contributed to `records` that stay; `import_id` of an import."""

    who: Literal["import", "live", "person"]
    import_id: UUID | None
    records: int


class Preview(BaseModel):
    """Records that would be removed, restored (a field changes back) or kept as they are, and by whom they stay."""

    removed: int
    restored: int
    kept: int
    others: list[Other]


class Undoable(NamedTuple):
    """One kind of record: its tables, what it is read as, and how it is folded again."""

    entity: Entity
    ledger: Table
    records: Table
    contributions: Table
    record: type[Record]
    row: type[msgspec.Struct]
    refold: Refold[Any]


def preview_route(router: APIRouter, kind: Undoable) -> None:
    """`GET …/undo/{import_id}`, of any role."""

    @router.get("/undo/{import_id}", responses=documented(404))
    async def preview_undo(request: Request, caller: Authenticated, import_id: UUID) -> Preview:
        """What an undo of the import would do to the records that it contributed to; nothing is written.

        404 where the service has no line of it: another tenant's, or one of which nothing came here.
        """
        async with tenant_session(request.app.state.engine, caller.tenant) as session:
            line = select(kind.ledger.c.seen).where(kind.ledger.c.import_id == import_id)
            if (await session.execute(line.where(kind.ledger.c.entity == kind.entity))).first() is None:
                raise Problem(404, "Not Found", f"There is no such import with {kind.entity}.")
            return await preview(session, kind, import_id)


async def preview(session: AsyncConnection, kind: Undoable, import_id: UUID) -> Preview:
    """Records of which nobody else told are counted by the database; the others are folded, some at a time."""
    undone = Undone(removed=await _alone(session, kind, import_id))
    others: Counter[Who] = Counter()
    for ids in await _shared_with_others(session, kind, import_id):
        left = await _left(session, kind, import_id, ids)
        undone = Undone(*map(sum, zip(undone, count(left), strict=True)))
        others.update(who for each in left if each.again is not None for who in {_who(kept) for kept in each.kept})
    named = [Other(who=who, import_id=number, records=records) for (who, number), records in others.most_common()]
    return Preview(**undone._asdict(), others=named)


async def _alone(session: AsyncConnection, kind: Undoable, import_id: UUID) -> int:
    """Of all records that the import made those which have several contributions are told by their first."""
    parts = kind.contributions.c
    first = _of_kind(kind), parts.outcome == "new", parts.import_id == import_id
    made = select(func.count()).select_from(kind.records).where(kind.records.c.import_id == import_id)
    shared = select(func.count()).select_from(kind.contributions).where(*first)
    return int((await session.execute(select(made.scalar_subquery() - shared.scalar_subquery()))).scalar_one())


async def _shared_with_others(session: AsyncConnection, kind: Undoable, import_id: UUID) -> list[Sequence[int]]:
    """The ids of records with several contributions, the import's among them, some at a time."""
    parts = kind.contributions.c
    met = select(parts.record_id).where(_of_kind(kind), parts.import_id == import_id).distinct()
    ids = sorted((await session.scalars(met)).all())
    return [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]


async def _left(session: AsyncConnection, kind: Undoable, import_id: UUID, ids: Sequence[int]) -> list[Left[Any]]:
    parts, records = kind.contributions.c, kind.records
    stored = {row.id: _record(kind, row._mapping) for row in await session.execute(_among(records, records.c.id, ids))}
    told: dict[int, list[Stored]] = {number: [] for number in stored}
    query = _among(kind.contributions, parts.record_id, ids).where(_of_kind(kind))
    for row in await session.execute(query.order_by(parts.record_id, parts.arrival)):
        told[row.record_id].append(_stored(kind, row._mapping))
    every = [(record, told[number] or [first_of(record, kind.row)]) for number, record in stored.items()]
    return without(str(import_id), every, kind.refold, datetime.now(UTC))


def _of_kind(kind: Undoable) -> ColumnElement[bool]:
    return kind.contributions.c.entity == kind.entity


def _among(table: Table, column: ColumnElement[int], ids: Sequence[int]) -> Any:
    return select(table).where(column.in_(ids))


def _record(kind: Undoable, row: Any) -> Any:
    make: Callable[..., Record] = kind.record
    return make(**{name: row[name] for name in _shared(kind.record, row)})


def _stored(kind: Undoable, row: Any) -> Stored:
    values = {name: row[name] for name in _shared(Stored, row)}
    if values["kind"] != "edit":
        values["said"] = msgspec.convert(values["said"], kind.row)
    return Stored(**values)


def _shared(struct: type[msgspec.Struct], row: Any) -> Iterable[str]:
    return (name for name in struct.__struct_fields__ if name in row)


def _who(each: Stored) -> Who:
    if each.kind == "edit":
        return "person", None
    return ("live", None) if each.import_id is None else ("import", each.import_id)
