"""The failed rows of imports, in the database: which retry mended each, and which fail still.

Row-level security holds each query to its tenant.
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.events import Entity
from services.ingest.tables import failed_rows, import_files, imports, retried_rows

#: The rows of an import that failed; where it is a retry, with the rows of the import that it mends.
_stood = retried_rows.alias("stood")
_FAILED = failed_rows.outerjoin(
    _stood,
    (_stood.c.tenant_id == failed_rows.c.tenant_id)
    & (_stood.c.import_id == failed_rows.c.import_id)
    & (_stood.c.entity == failed_rows.c.entity)
    & (_stood.c.number == failed_rows.c.row),
)
_OF_ROW = func.coalesce(_stood.c.of_row, failed_rows.c.row)
_ROW = func.coalesce(_stood.c.row, failed_rows.c.row)

_again = retried_rows.alias("again")
_retry = imports.alias("retry")
_file = import_files.alias("retry_file")
_still = failed_rows.alias("still")


def mended_by(origin: RowMapping, entity: ColumnElement[Any], of_row: ColumnElement[Any]) -> ColumnElement[Any]:
    """The retry that mended a row of the origin, or null. A dry run's rows are mended dry, others for real alone."""
    took = (
        (_again.c.of_import == origin["id"])
        & (_again.c.entity == entity)
        & (_again.c.of_row == of_row)
        & (_retry.c.id == _again.c.import_id)
        & (_retry.c.dry_run == origin["dry_run"])
        & (_retry.c.status != "undone")
        & (_file.c.import_id == _again.c.import_id)
        & (_file.c.entity == _again.c.entity)
        & (_file.c.seen >= _again.c.number)
    )
    failed_again = (
        (_still.c.import_id == _again.c.import_id)
        & (_still.c.entity == _again.c.entity)
        & (_still.c.row == _again.c.number)
    )
    mended = and_(took, ~select(_still.c.row).where(failed_again).exists())
    return select(_retry.c.id).where(mended).limit(1).correlate_except(_again, _retry, _file, _still).scalar_subquery()


class Wanted(NamedTuple):
    """Of which import failed rows are wanted, and whether those that a retry mended, or the others, or all (None).

    `origin` is the import whose rows it stands for: itself where it is no retry.
    """

    it: RowMapping
    origin: RowMapping
    mended: bool | None = None


def _errors(wanted: Wanted) -> Select[Any]:
    mended = mended_by(wanted.origin, failed_rows.c.entity, _OF_ROW)
    query = select(failed_rows, mended.label("mended_by")).select_from(_FAILED)
    query = query.where(failed_rows.c.import_id == wanted.it["id"])
    return query if wanted.mended is None else query.where(mended.is_not(None) == wanted.mended)


async def failed_rows_of(
    connection: AsyncConnection, wanted: Wanted, after: tuple[str, int] | None, limit: int
) -> Sequence[RowMapping]:
    """By file and row."""
    query = _errors(wanted).order_by(failed_rows.c.entity, failed_rows.c.row).limit(limit)
    if after is not None:
        query = query.where(tuple_(failed_rows.c.entity, failed_rows.c.row) > after)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def failed_rows_of_file(
    connection: AsyncConnection, wanted: Wanted, entity: Entity, after: int, limit: int
) -> Sequence[RowMapping]:
    """Behind the row `after`."""
    query = _errors(wanted).where(failed_rows.c.entity == entity, failed_rows.c.row > after)
    ordered = query.order_by(failed_rows.c.row).limit(limit)
    rows: Sequence[RowMapping] = (await connection.execute(ordered)).mappings().all()
    return rows


async def files_with_errors(connection: AsyncConnection, import_id: UUID) -> list[Entity]:
    """Of which rows failed."""
    failed = failed_rows.c.import_id == import_files.c.import_id
    failed &= failed_rows.c.entity == import_files.c.entity
    query = select(import_files.c.entity).where(import_files.c.import_id == import_id)
    query = query.where(select(failed_rows.c.row).where(failed).exists()).order_by(import_files.c.entity)
    return list((await connection.execute(query)).scalars())


def failing(it: RowMapping, origin: RowMapping) -> Select[Any]:
    """Of those that were counted, the ones that fail still: where they stand in its upload, and for which row."""
    columns = (failed_rows.c.entity, failed_rows.c.line, _ROW.label("row"), _OF_ROW.label("of_row"))
    counted = _FAILED.join(
        import_files,
        (import_files.c.import_id == failed_rows.c.import_id)
        & (import_files.c.entity == failed_rows.c.entity)
        & (import_files.c.seen >= failed_rows.c.row),
    )
    still = mended_by(origin, failed_rows.c.entity, _OF_ROW).is_(None)
    return select(*columns).select_from(counted).where(failed_rows.c.import_id == it["id"], still)


async def failing_counts(connection: AsyncConnection, it: RowMapping, origin: RowMapping) -> dict[Entity, int]:
    """How many rows of each file fail still; files without any are not among them."""
    failed = failing(it, origin).subquery()
    query = select(failed.c.entity, func.count().label("rows")).group_by(failed.c.entity)
    return {each.entity: each.rows for each in await connection.execute(query)}


async def failing_lines(
    connection: AsyncConnection, it: RowMapping, origin: RowMapping, entity: Entity
) -> Iterable[tuple[int, int]]:
    """(line, row of the origin), by line; two numbers each is all the memory that they take."""
    failed = failing(it, origin).subquery()
    query = select(failed.c.line, failed.c.of_row).where(failed.c.entity == entity).order_by(failed.c.line)
    lines, rows = array("q"), array("q")
    async for line, of_row in await connection.stream(query):
        lines.append(line)
        rows.append(of_row)
    return zip(lines, rows, strict=True)
