"""Every query of the API, by name; row-level security holds each to its tenant."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import asdict
from sqlalchemy import ColumnElement, RowMapping, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.runtime import tracing
from services.ingest import import_log as words
from services.ingest.import_log import Entry
from services.ingest.statements import CHANNEL, FileWarning
from services.ingest.tables import (
    import_files,
    import_log,
    import_warnings,
    imports,
    outbox,
    tenant_settings,
    uploads,
)

_OF_WARNING = (import_warnings.c.entity, import_warnings.c.row, import_warnings.c.message)
#: Not what is only offered of a table, which may be a megabyte of each.
_OF_FILE = tuple(each for each in import_files.c if each.name != "offer")


async def add_import(
    connection: AsyncConnection,
    values: dict[str, Any],
    files: Sequence[dict[str, Any]],
    warnings: Sequence[FileWarning],
    entry: Entry | None = None,
) -> RowMapping:
    """The import, its files, its outbox record and the first entry of its log; workers hear of it with the commit."""
    values = values | {"traceparent": tracing.traceparent()}
    inserted = await connection.execute(imports.insert().values(values).returning(imports))
    row: RowMapping = inserted.mappings().one()
    key = {"tenant_id": row["tenant_id"], "import_id": row["id"]}
    await connection.execute(import_files.insert(), [key | file for file in files])
    if warnings:
        await connection.execute(import_warnings.insert(), [key | asdict(each) for each in warnings])
    await connection.execute(outbox.insert().values(key | {"revision": row["revision"]}))
    await note(connection, row, entry or words.accepted(row))
    await connection.execute(select(func.pg_notify(CHANNEL, "")))
    return row


async def note(connection: AsyncConnection, it: RowMapping, entry: Entry) -> None:
    """In the log of an import."""
    values = {"tenant_id": it["tenant_id"], "import_id": it["id"], **entry._asdict()}
    await connection.execute(import_log.insert().values(values))


async def log_of(connection: AsyncConnection, import_id: UUID, after: int | None, limit: int) -> Sequence[RowMapping]:
    """In the order in which it happened."""
    query = select(import_log).where(import_log.c.import_id == import_id).order_by(import_log.c.number).limit(limit)
    if after is not None:
        query = query.where(import_log.c.number > after)
    return (await connection.execute(query)).mappings().all()


async def get_import(connection: AsyncConnection, import_id: UUID, *, lock: bool = False) -> RowMapping | None:
    """None where there is none of this tenant; `lock` keeps others from changing it until the transaction ends."""
    query = select(imports).where(imports.c.id == import_id)
    return (await connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()


async def change_import(connection: AsyncConnection, it: RowMapping, values: dict[str, Any]) -> RowMapping:
    """As it is then; it has a new revision, and workers hear of it with the commit."""
    change = imports.update().where(imports.c.id == it["id"]).values(values | {"revision": imports.c.revision + 1})
    row: RowMapping = (await connection.execute(change.returning(imports))).mappings().one()
    key = {"tenant_id": row["tenant_id"], "import_id": row["id"], "revision": row["revision"]}
    await connection.execute(outbox.insert().values(key))
    await connection.execute(select(func.pg_notify(CHANNEL, "")))
    return row


async def run_again_as(connection: AsyncConnection, parent: RowMapping) -> RowMapping | None:
    """The newest import for real of the rows of a dry run, or of one that was undone."""
    of_parent = (imports.c.parent == parent["id"]) & (imports.c.spool_key == parent["spool_key"])
    same_rows = imports.c.undoes.is_(None) & imports.c.retry_of.is_not_distinct_from(parent["retry_of"])
    query = select(imports).where(of_parent & same_rows & ~imports.c.dry_run)
    query = query.order_by(imports.c.created_at.desc()).limit(1)
    return (await connection.execute(query)).mappings().one_or_none()


async def list_imports(
    connection: AsyncConnection,
    conditions: Iterable[ColumnElement[bool]],
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Newest first."""
    query = select(imports).where(*conditions).order_by(imports.c.created_at.desc(), imports.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(tuple_(imports.c.created_at, imports.c.id) < before)
    return (await connection.execute(query)).mappings().all()


async def files_of(connection: AsyncConnection, import_ids: Sequence[UUID]) -> Sequence[RowMapping]:
    """Files of all of them."""
    query = select(*_OF_FILE).where(import_files.c.import_id.in_(import_ids)).order_by(import_files.c.entity)
    return (await connection.execute(query)).mappings().all()


async def warnings_of(
    connection: AsyncConnection, import_id: UUID, after: tuple[str, int, str] | None, limit: int
) -> Sequence[RowMapping]:
    """By file and row; entity "" is the upload."""
    query = (
        select(import_files.c.name.label("file"), import_warnings)
        .select_from(import_warnings)
        .outerjoin(
            import_files,
            (import_files.c.import_id == import_warnings.c.import_id)
            & (import_files.c.entity == import_warnings.c.entity),
        )
        .where(import_warnings.c.import_id == import_id)
        .order_by(*_OF_WARNING)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(*_OF_WARNING) > after)
    return (await connection.execute(query)).mappings().all()


async def add_upload(connection: AsyncConnection, values: dict[str, Any]) -> None:
    """Room for one, by a pre-signed URL."""
    await connection.execute(uploads.insert().values(values))


async def get_upload(connection: AsyncConnection, upload: UUID) -> RowMapping | None:
    """None where there is none of this tenant."""
    return (await connection.execute(select(uploads).where(uploads.c.id == upload))).mappings().one_or_none()


async def use_upload(connection: AsyncConnection, upload: UUID, import_id: UUID) -> bool:
    """Once: false where it has become an import before, or is no more."""
    used = uploads.update().where(uploads.c.id == upload, uploads.c.import_id.is_(None)).values(import_id=import_id)
    return (await connection.execute(used)).rowcount == 1


async def settings_of(connection: AsyncConnection, *, lock: str | None = None) -> RowMapping | None:
    """None for a tenant that has the defaults. `lock`, the tenant, keeps others from changing them meanwhile."""
    if lock is not None:
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("settings of " + lock, 0))))
    return (await connection.execute(select(tenant_settings))).mappings().one_or_none()


async def put_settings(connection: AsyncConnection, values: dict[str, Any]) -> RowMapping:
    """In place of what was there."""
    query = insert(tenant_settings).values(values)
    changes = values | {"revision": tenant_settings.c.revision + 1, "updated_at": func.now()}
    query = query.on_conflict_do_update(index_elements=["tenant_id"], set_=changes)
    row: RowMapping = (await connection.execute(query.returning(tenant_settings))).mappings().one()
    return row
