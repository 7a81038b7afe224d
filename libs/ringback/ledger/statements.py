"""Reading and writing ledger lines, many at once."""

from collections.abc import Iterable, Sequence

import asyncpg
import msgspec
from sqlalchemy import MetaData

from ringback.events import Notice
from ringback.ledger.line import Line, LineKey
from ringback.ledger.tables import ledger_table

COLUMNS = tuple(column.name for column in ledger_table(MetaData()).columns)

WRITE = f"""
    INSERT INTO ledger ({", ".join(COLUMNS)}) VALUES ({", ".join(f"${at}" for at in range(1, len(COLUMNS) + 1))})
    ON CONFLICT (tenant_id, import_id, entity)
    DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS[3:])}
"""

READ = """
    SELECT l.* FROM unnest($1::text[], $2::uuid[], $3::text[]) AS k (tenant_id, import_id, entity)
    JOIN ledger l USING (tenant_id, import_id, entity)
"""

#: A dry run's lines, where all of the import that this service keeps are closed and its shadow is still there.
SWEEPABLE = """
    SELECT tenant_id, import_id FROM ledger WHERE dry_run AND NOT swept
    GROUP BY tenant_id, import_id
    HAVING bool_and(closed) AND count(*) >= min((SELECT count(*) FROM unnest(entities) e WHERE e = ANY($1::text[])))
"""

SWEPT = "UPDATE ledger SET swept = true WHERE tenant_id = $1 AND import_id = $2"


async def read_lines(connection: asyncpg.Connection, keys: Sequence[LineKey]) -> dict[LineKey, Line]:
    """The lines that are there, by (tenant, import, entity)."""
    if not keys:
        return {}
    rows = await connection.fetch(READ, *map(list, zip(*keys, strict=True)))
    lines = [_line(row) for row in rows]
    return {(line.tenant, line.import_id, line.entity): line for line in lines}


async def write_lines(connection: asyncpg.Connection, lines: Iterable[Line]) -> None:
    """Inserts or moves them; a batch is of few imports."""
    rows = [_row(line) for line in lines]
    if rows:
        await connection.executemany(WRITE, rows)


def _line(row: asyncpg.Record) -> Line:
    fields = {name: row[name] for name in COLUMNS if name not in ("tenant_id", "import_id")}
    for name in ("failures", "warnings"):
        fields[name] = msgspec.convert(row[name], list[Notice])
    return Line(tenant=row["tenant_id"], import_id=str(row["import_id"]), **fields)


def _row(line: Line) -> tuple[object, ...]:
    counts = (line.seen, line.new, line.updated, line.skipped, line.failed)
    return (
        *(line.tenant, line.import_id, line.entity, line.dry_run),
        *counts,
        *(line.closed, line.swept, line.entities, line.failures, line.warned, line.warnings),
        *(line.undo, line.removed, line.restored, line.kept),
    )
