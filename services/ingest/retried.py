"""What a retry reads: some rows of its upload, and beside it the upload of the import whose failed rows they are."""

from array import array
from collections.abc import Sequence

import asyncpg
import msgspec

from ringback.events import Entity
from services.ingest.sources.kinds import Kind
from services.ingest.spool import Spooled
from services.ingest.statements import Import

ORIGIN = "SELECT kind, spool_key, size, sha256 FROM imports WHERE tenant_id = $1 AND id = $2"
ROWS = """
    SELECT entity, row FROM retried_rows WHERE tenant_id = $1 AND import_id = $2 ORDER BY entity, number
"""
#: Rows of the database's answer that are held at once.
_AT_ONCE = 10_000


class Retried(msgspec.Struct, frozen=True):
    """`rows` ascend, by file; a number each is all the memory that they take."""

    rows: dict[Entity, Sequence[int]]
    kind: Kind
    origin: Spooled


async def load(connection: asyncpg.Connection, it: Import) -> Retried | None:
    """None for an import that is no retry."""
    if it.retry_of is None:
        return None
    rows: dict[Entity, array[int]] = {}
    async for each in connection.cursor(ROWS, it.tenant_id, it.id, prefetch=_AT_ONCE):
        rows.setdefault(each["entity"], array("q")).append(each["row"])
    kind, *spooled = await connection.fetchrow(ORIGIN, it.tenant_id, it.retry_of)
    return Retried(dict(rows), kind, Spooled(*spooled))
