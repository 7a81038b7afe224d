"""Reading shadow over real: in a dry run each table is read together with the shadow that the run has over it."""

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from ringback.ledger.intake import Scope

Row = tuple[Any, ...]


def columns(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows as the arrays that `unnest` takes; `width` of them also where there are no rows."""
    listed = list(rows)
    return [[row[at] for row in listed] for at in range(width)]


def shadowed(statement: str, table: str, scope: Scope, parameter: int) -> str:
    """The statement over the shadow of `table`, for the dry run that stands as parameter number `parameter`."""
    return statement.replace(f"{table} r", f"{table}_shadow r").replace("-- scope", f"AND r.shadow_of = ${parameter}")


async def fetch(
    connection: asyncpg.Connection, statement: str, table: str, scope: Scope, arrays: list[list[Any]]
) -> list[asyncpg.Record]:
    """The rows of the real table, then, in a dry run, those of its shadow: the later of two with one id holds."""
    if not arrays[0]:
        return []
    rows: list[asyncpg.Record] = await connection.fetch(statement, *arrays)
    if scope.import_id is None:
        return rows
    over = shadowed(statement, table, scope, len(arrays) + 1)
    return [*rows, *await connection.fetch(over, *arrays, scope.import_id)]
