"""Empties the shadow of a dry run once its lines are closed: in chunks, and again from where it was after a restart."""

import asyncpg
import structlog

from ringback.ledger.receiver import Domain
from ringback.ledger.statements import SWEEPABLE, SWEPT

log = structlog.get_logger()

CHUNK = 10_000


async def sweep(connection: asyncpg.Connection, domain: Domain) -> None:
    """Each chunk is a transaction of its own, so that a big shadow holds nothing up."""
    for line in await connection.fetch(SWEEPABLE, list(domain.entities)):
        for table in domain.shadows:
            await _empty(connection, table, line["tenant_id"], line["import_id"])
        await connection.execute(SWEPT, line["tenant_id"], line["import_id"])
        log.info("shadow_swept", tenant=line["tenant_id"], import_id=str(line["import_id"]))


async def _empty(connection: asyncpg.Connection, table: str, tenant: str, import_id: str) -> None:
    statement = f"""
        WITH chunk AS (SELECT ctid FROM {table} WHERE tenant_id = $1 AND shadow_of = $2 LIMIT {CHUNK})
        DELETE FROM {table} USING chunk WHERE {table}.ctid = chunk.ctid
    """
    while await connection.execute(statement, tenant, import_id) != "DELETE 0":
        pass
