"""What the history asks of the database about many imports at once; row-level security holds each to its tenant."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.tables import import_files, imports
from services.ingest.whole import Figures

_FIGURES = tuple(func.sum(import_files.c[name]).label(name) for name in Figures._fields)
_OF_IMPORT = (imports.c.tenant_id == import_files.c.tenant_id) & (imports.c.id == import_files.c.import_id)


async def counts(connection: AsyncConnection) -> Sequence[RowMapping]:
    """How many imports there are by status, dry or not, and hidden or not."""
    by: tuple[Any, ...] = (imports.c.status, imports.c.dry_run, imports.c.hidden_at.is_not(None).label("hidden"))
    query = select(*by, func.count().label("imports")).group_by(*by)
    return (await connection.execute(query)).mappings().all()


async def sums(connection: AsyncConnection) -> Sequence[RowMapping]:
    """What became of rows, by entity, dry or not, and in retries or not; of an import that was undone, nothing."""
    by: tuple[Any, ...] = (
        imports.c.dry_run,
        imports.c.retry_of.is_not(None).label("retries"),
        import_files.c.entity,
    )
    query = select(*by, *_FIGURES).join_from(import_files, imports, _OF_IMPORT).group_by(*by)
    query = query.where(imports.c.status != "undone", imports.c.undoes.is_(None))
    return (await connection.execute(query.order_by(import_files.c.entity))).mappings().all()


async def hide(connection: AsyncConnection, import_id: UUID) -> bool:
    """From the lists; False where it was hidden already."""
    shown = imports.update().where(imports.c.id == import_id, imports.c.hidden_at.is_(None))
    return (await connection.execute(shown.values(hidden_at=func.now()))).rowcount == 1
