"""Every statement of the worker, by name. None of them commits."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from ringback.events import Entity, MatchOn, Policy, Tally
from services.ingest.sources.kinds import Kind

Connection = asyncpg.Connection
Wish = Literal["pause", "cancel"]

#: The API notifies it with a new import, and everybody with a change of one.
CHANNEL = "ingest_imports"

#: The oldest import of each tenant that is at work or waits; one that runs goes before all that wait.
CANDIDATES = """
    SELECT DISTINCT ON (tenant_id) tenant_id, id FROM imports
    WHERE status IN ('queued', 'running') AND ($1::text IS NULL OR tenant_id = $1)
    ORDER BY tenant_id, status = 'running' DESC, cancelled_by IS NULL, created_at, id
"""
#: Of imports at work, what somebody wants of them: `cancel` or `pause`.
WISHES = """
    SELECT tenant_id, CASE WHEN cancelled_by IS NULL THEN 'pause' ELSE 'cancel' END AS wish FROM imports
    WHERE (tenant_id, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
    AND (cancelled_by IS NOT NULL OR status = 'paused')
"""
LOAD = """
    SELECT id, tenant_id, dry_run, source, tags, on_duplicate, match_on, region, zone, own_numbers,
        defaults::text, list, kind, spool_key, size, sha256, status, cancelled_by, traceparent, retry_of, undoes
    FROM imports WHERE tenant_id = $1 AND id = $2
"""
FILES = """
    SELECT entity, name, sheet, header_row, encoding, mapping, survey, rows,
        seen, new, updated, skipped, failed, removed, restored, kept, closed
    FROM import_files WHERE tenant_id = $1 AND import_id = $2 ORDER BY entity
"""
CHANGED = """
    WITH changed AS (
        UPDATE imports SET revision = revision + 1 WHERE tenant_id = $1 AND id = $2 RETURNING tenant_id, id, revision
    )
    INSERT INTO outbox (tenant_id, import_id, revision) SELECT tenant_id, id, revision FROM changed
"""
#: A sender that was stopped and goes on late keeps nothing older than what is kept.
KEEP = """
    UPDATE import_files SET seen = $4, new = $5, updated = $6, skipped = $7, failed = $8, closed = $9,
        removed = $10, restored = $11, kept = $12
    WHERE tenant_id = $1 AND import_id = $2 AND entity = $3 AND (seen, closed) < ($4, $9)
"""
FAIL = """
    INSERT INTO failed_rows (tenant_id, import_id, entity, row, line, code, "column", message, cells)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
"""
WARN = """
    INSERT INTO import_warnings (tenant_id, import_id, entity, row, code, "column", message)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
"""


class Import(msgspec.Struct, frozen=True):
    """What a worker needs of an import."""

    id: UUID
    tenant_id: str
    dry_run: bool
    source: str
    tags: list[str]
    on_duplicate: Policy
    match_on: MatchOn
    region: str
    zone: str
    own_numbers: list[str]
    kind: Kind
    spool_key: str
    size: int
    sha256: str
    status: str
    cancelled_by: str | None = None
    traceparent: str | None = None
    retry_of: UUID | None = None
    undoes: UUID | None = None
    defaults: dict[str, str] = {}
    list: str | None = None


class File(msgspec.Struct, frozen=True):
    """A file of it, how it is read as it was chosen, and the ledger line that was kept last.

    `mapping` and `survey` are JSON text.
    """

    entity: Entity
    name: str
    sheet: str | None
    header_row: int | None
    encoding: str | None
    mapping: str | None
    survey: str | None
    rows: int | None
    seen: int
    new: int
    updated: int
    skipped: int
    failed: int
    closed: bool
    removed: int
    restored: int
    kept: int


class FailedRow(msgspec.Struct, frozen=True):
    """`cells` is JSON text: it may hold what Postgres' own text cannot."""

    entity: Entity
    row: int
    line: int
    code: str
    column: str | None
    message: str
    cells: str


class FileWarning(msgspec.Struct, frozen=True):
    """`row` 0 is the file itself, entity "" the archive."""

    entity: str
    row: int
    code: str
    column: str | None
    message: str


class Counted(msgspec.Struct, frozen=True):
    """What the survey found of a file, `survey` as JSON text."""

    entity: Entity
    rows: int
    survey: str


async def candidates(connection: asyncpg.Connection, tenant: str | None = None) -> list[tuple[str, UUID]]:
    """(tenant, import) that a worker may take, of all tenants or one."""
    return [(each["tenant_id"], each["id"]) for each in await connection.fetch(CANDIDATES, tenant)]


async def wishes(connection: asyncpg.Connection, imports: Sequence[tuple[str, UUID]]) -> dict[str, Wish]:
    """By tenant, of (tenant, import)s of which each tenant has one; those that are to go on have none."""
    tenants, ids = [tenant for tenant, _ in imports], [import_id for _, import_id in imports]
    return {each["tenant_id"]: each["wish"] for each in await connection.fetch(WISHES, tenants, ids)}


async def load(connection: asyncpg.Connection, tenant: str, import_id: UUID) -> tuple[Import, list[File]]:
    """The import and its files."""
    row = await connection.fetchrow(LOAD, tenant, import_id)
    files = await connection.fetch(FILES, tenant, import_id)
    defaults = msgspec.json.decode(row["defaults"], type=dict[str, str])
    return Import(**dict(row) | {"defaults": defaults}), [File(**dict(each)) for each in files]


async def keep(connection: asyncpg.Connection, it: Import, lines: Sequence[Tally]) -> None:
    """What is acknowledged."""
    await connection.executemany(KEEP, [(*key(it, each.entity), *_figures(each)) for each in lines])
    await changed(connection, it)


async def fail(connection: asyncpg.Connection, it: Import, rows: Sequence[FailedRow]) -> None:
    """Failed rows, each once however often it is told."""
    await connection.executemany(FAIL, [(it.tenant_id, it.id, *msgspec.structs.astuple(row)) for row in rows])


async def warn(connection: asyncpg.Connection, it: Import, warnings: Sequence[FileWarning]) -> None:
    """Warnings, each once."""
    await connection.executemany(WARN, [(it.tenant_id, it.id, *msgspec.structs.astuple(each)) for each in warnings])


async def changed(connection: asyncpg.Connection, it: Import) -> None:
    """A new revision, and the outbox and whoever listens know."""
    await connection.execute(CHANGED, it.tenant_id, it.id)
    await connection.execute("SELECT pg_notify($1, '')", CHANNEL)


def key(it: Import, entity: Entity) -> tuple[Any, ...]:
    """Of one of its files."""
    return it.tenant_id, it.id, entity


def _figures(line: Tally) -> tuple[Any, ...]:
    figures = line.seen, line.new, line.updated, line.skipped, line.failed, line.closed
    return (*figures, line.removed, line.restored, line.kept)
