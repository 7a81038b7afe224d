"""What the API asks of the database about retries; row-level security holds each to its tenant."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, insert, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.events import Entity
from services.ingest.tables import failed_rows, import_files, imports, retried_rows
from services.ingest.whole import Figures

#: Of an import that goes on, or may.
AT_WORK = ("needs_mapping", "queued", "running", "paused", "undoing")
#: Rows that are told to the database at once.
_AT_ONCE = 5_000

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


def _mended_by(origin: RowMapping, entity: ColumnElement[Any], of_row: ColumnElement[Any]) -> ColumnElement[Any]:
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
    mended = _mended_by(wanted.origin, failed_rows.c.entity, _OF_ROW)
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


def _failing(it: RowMapping, origin: RowMapping) -> Select[Any]:
    """Of those that were counted, the ones that fail still: where they stand in its upload, and for which row."""
    columns = (failed_rows.c.entity, failed_rows.c.line, _ROW.label("row"), _OF_ROW.label("of_row"))
    counted = _FAILED.join(
        import_files,
        (import_files.c.import_id == failed_rows.c.import_id)
        & (import_files.c.entity == failed_rows.c.entity)
        & (import_files.c.seen >= failed_rows.c.row),
    )
    still = _mended_by(origin, failed_rows.c.entity, _OF_ROW).is_(None)
    return select(*columns).select_from(counted).where(failed_rows.c.import_id == it["id"], still)


async def failing_counts(connection: AsyncConnection, it: RowMapping, origin: RowMapping) -> dict[Entity, int]:
    """How many rows of each file fail still; files without any are not among them."""
    failing = _failing(it, origin).subquery()
    query = select(failing.c.entity, func.count()).group_by(failing.c.entity)
    return dict((await connection.execute(query)).tuples().all())


async def failing_lines(
    connection: AsyncConnection, it: RowMapping, origin: RowMapping, entity: Entity
) -> Sequence[tuple[int, int]]:
    """(line, row of the origin), by line."""
    failing = _failing(it, origin).subquery()
    query = select(failing.c.line, failing.c.of_row).where(failing.c.entity == entity).order_by(failing.c.line)
    return [(line, of_row) for line, of_row in await connection.execute(query)]


async def retry_at_work(connection: AsyncConnection, origin: UUID) -> RowMapping | None:
    """One at most."""
    query = select(imports).where(imports.c.retry_of == origin, imports.c.status.in_(AT_WORK)).limit(1)
    return (await connection.execute(query)).mappings().one_or_none()


async def retries_of(connection: AsyncConnection, origin: UUID) -> Sequence[RowMapping]:
    """In the order in which they were asked for."""
    query = select(imports).where(imports.c.retry_of == origin).order_by(imports.c.created_at, imports.c.id)
    return (await connection.execute(query)).mappings().all()


async def figures_of_retries(connection: AsyncConnection, origin: RowMapping) -> dict[Entity, Figures]:
    """What they came to, by file: those that mend it."""
    sums = (func.sum(import_files.c[name]) for name in Figures._fields)
    retries = select(imports.c.id).where(
        imports.c.retry_of == origin["id"],
        imports.c.dry_run == origin["dry_run"],
        imports.c.status != "undone",
    )
    query = select(import_files.c.entity, *sums).where(import_files.c.import_id.in_(retries))
    rows = await connection.execute(query.group_by(import_files.c.entity))
    return {entity: Figures(*map(int, figures)) for entity, *figures in rows}


async def take_failing(connection: AsyncConnection, retry: RowMapping, it: RowMapping, origin: RowMapping) -> None:
    """The retry runs all of `it` again that fails still, out of the same upload."""
    failing = _failing(it, origin).subquery()
    number = func.row_number().over(partition_by=failing.c.entity, order_by=failing.c.row)
    source = select(
        literal(retry["tenant_id"]),
        literal(retry["id"]),
        failing.c.entity,
        number,
        failing.c.row,
        literal(origin["id"]),
        failing.c.of_row,
    )
    await connection.execute(insert(retried_rows).from_select([each.name for each in retried_rows.c], source))


_same = retried_rows.alias("same")


def _run_by(dry: RowMapping, origin: RowMapping) -> ColumnElement[bool]:
    """The rows of a dry retry that nobody has mended since."""
    return and_(_same.c.import_id == dry["id"], _mended_by(origin, _same.c.entity, _same.c.of_row).is_(None))


async def same_counts(connection: AsyncConnection, dry: RowMapping, origin: RowMapping) -> dict[Entity, int]:
    """How many rows of each file `take_same` takes."""
    query = select(_same.c.entity, func.count()).where(_run_by(dry, origin)).group_by(_same.c.entity)
    return dict((await connection.execute(query)).tuples().all())


async def take_same(connection: AsyncConnection, retry: RowMapping, dry: RowMapping, origin: RowMapping) -> None:
    """The retry runs what a dry one ran, out of the same upload, but for what was mended since."""
    source = select(
        literal(retry["tenant_id"]),
        literal(retry["id"]),
        _same.c.entity,
        func.row_number().over(partition_by=_same.c.entity, order_by=_same.c.number),
        _same.c.row,
        _same.c.of_import,
        _same.c.of_row,
    ).where(_run_by(dry, origin))
    await connection.execute(insert(retried_rows).from_select([each.name for each in retried_rows.c], source))


async def take_rows(
    connection: AsyncConnection, retry: RowMapping, origin: UUID, entity: Entity, rows: Iterable[tuple[int, int]]
) -> None:
    """The retry runs `rows` of its own upload, each with the row of the origin that it stands for."""
    key = {"tenant_id": retry["tenant_id"], "import_id": retry["id"], "entity": entity, "of_import": origin}
    values = [key | {"number": number, "row": row, "of_row": of_row} for number, (row, of_row) in enumerate(rows, 1)]
    for start in range(0, len(values), _AT_ONCE):
        await connection.execute(insert(retried_rows), values[start : start + _AT_ONCE])
