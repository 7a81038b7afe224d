"""Many rows in one statement: COPY for new ones, COPY to a stage and one upsert for changed ones."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import Table

Row = tuple[Any, ...]


class Target(NamedTuple):
    """A table as the workers write it, with its two statements made once."""

    table: str
    columns: tuple[str, ...]
    stage: str
    merge: str

    @property
    def _stage_name(self) -> str:
        return f"stage_{self.table}"


def target(table: Table) -> Target:
    """The statements for a table of SQLAlchemy's, upserted by its primary key."""
    name = table.name
    columns = tuple(column.name for column in table.columns)
    key = [column.name for column in table.primary_key.columns]
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in key)
    listed = ", ".join(columns)
    return Target(
        name,
        columns,
        f"CREATE TEMP TABLE IF NOT EXISTS stage_{name} (LIKE {name}) ON COMMIT DELETE ROWS",
        f"INSERT INTO {name} ({listed}) SELECT {listed} FROM stage_{name} "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}",
    )


async def insert(connection: asyncpg.Connection, target: Target, rows: Sequence[Row]) -> None:
    """COPY; the rows are known to be new."""
    if rows:
        await connection.copy_records_to_table(target.table, records=rows, columns=target.columns)


async def upsert(connection: asyncpg.Connection, target: Target, rows: Sequence[Row]) -> None:
    """Whole rows, new or changed, each key once. (`unnest` cannot carry the array columns: it flattens them.)"""
    if rows:
        await connection.execute(target.stage)
        await connection.copy_records_to_table(target._stage_name, records=rows, columns=target.columns)
        await connection.execute(target.merge)
