"""What the API asks of the database about retries; row-level security holds each query to its tenant."""

from collections.abc import Iterable, Sequence
from itertools import islice
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.events import ENDED, Entity
from services.ingest.api.failed_queries import failing, mended_by
from services.ingest.tables import import_files, imports, retried_rows
from services.ingest.whole import Figures

#: Rows that are told to the database at once.
_AT_ONCE = 5_000


async def retry_at_work(connection: AsyncConnection, origin: UUID) -> RowMapping | None:
    """One at most."""
    query = select(imports).where(imports.c.retry_of == origin, imports.c.status.not_in(ENDED)).limit(1)
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
    failed = failing(it, origin).subquery()
    number = func.row_number().over(partition_by=failed.c.entity, order_by=failed.c.row)
    source = select(
        literal(retry["tenant_id"]),
        literal(retry["id"]),
        failed.c.entity,
        number,
        failed.c.row,
        literal(origin["id"]),
        failed.c.of_row,
    )
    await connection.execute(insert(retried_rows).from_select([each.name for each in retried_rows.c], source))


_same = retried_rows.alias("same")


def _run_by(dry: RowMapping, origin: RowMapping) -> ColumnElement[bool]:
    """The rows of a dry retry that nobody has mended since."""
    return and_(_same.c.import_id == dry["id"], mended_by(origin, _same.c.entity, _same.c.of_row).is_(None))


async def same_counts(connection: AsyncConnection, dry: RowMapping, origin: RowMapping) -> dict[Entity, int]:
    """How many rows of each file `take_same` takes."""
    query = select(_same.c.entity, func.count().label("rows")).where(_run_by(dry, origin)).group_by(_same.c.entity)
    return {each.entity: each.rows for each in await connection.execute(query)}


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
    numbered = enumerate(rows, 1)
    while some := list(islice(numbered, _AT_ONCE)):
        values = [key | {"number": number, "row": row, "of_row": of_row} for number, (row, of_row) in some]
        await connection.execute(insert(retried_rows), values)
