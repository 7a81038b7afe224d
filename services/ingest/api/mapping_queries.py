"""What mappings and their templates ask of the database; row-level security holds each query to its tenant."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.api import queries
from services.ingest.parse.frame import Mapping
from services.ingest.tables import import_files, mapping_templates


async def table_of(connection: AsyncConnection, import_id: UUID) -> RowMapping | None:
    """The one file of a table with what is offered of it; None of an archive."""
    columns = import_files.c.entity, import_files.c.mapping, import_files.c.offer
    query = select(*columns).where(import_files.c.import_id == import_id, import_files.c.offer.is_not(None))
    return (await connection.execute(query)).mappings().one_or_none()


async def put_mapping(connection: AsyncConnection, it: RowMapping, mapping: Mapping) -> RowMapping:
    """Of an import that waits for it; from now on it waits for a worker."""
    of_import = import_files.update().where(import_files.c.import_id == it["id"])
    await connection.execute(of_import.values(mapping=list(mapping)))
    return await queries.change_import(connection, it, {"status": "queued"})


async def add_template(connection: AsyncConnection, values: dict[str, Any]) -> RowMapping:
    """Raises IntegrityError where there is one of this name."""
    query = mapping_templates.insert().values(values).returning(mapping_templates)
    row: RowMapping = (await connection.execute(query)).mappings().one()
    return row


async def list_templates(connection: AsyncConnection, after: str | None, limit: int) -> Sequence[RowMapping]:
    """By name."""
    query = select(mapping_templates).order_by(mapping_templates.c.name).limit(limit)
    if after is not None:
        query = query.where(mapping_templates.c.name > after)
    return (await connection.execute(query)).mappings().all()


async def drop_template(connection: AsyncConnection, template_id: UUID) -> bool:
    """False where there is none."""
    query = mapping_templates.delete().where(mapping_templates.c.id == template_id)
    return (await connection.execute(query)).rowcount == 1


async def template_called(connection: AsyncConnection, name: str) -> RowMapping | None:
    """None where there is none."""
    query = select(mapping_templates).where(mapping_templates.c.name == name)
    return (await connection.execute(query)).mappings().one_or_none()


async def templates_like(connection: AsyncConnection, entity: str, fingerprint: str) -> Sequence[RowMapping]:
    """For the same headers: two at most, which is to say that there are several."""
    same = (mapping_templates.c.entity == entity) & (mapping_templates.c.fingerprint == fingerprint)
    query = select(mapping_templates).where(same).order_by(mapping_templates.c.name).limit(2)
    return (await connection.execute(query)).mappings().all()
