"""One writer a tenant: advisory locks of the transaction, always taken in the same order, so that no two deadlock."""

from collections.abc import Iterable
from hashlib import blake2b

import asyncpg
import structlog

log = structlog.get_logger()

LOCK = "SELECT pg_advisory_xact_lock(key) FROM unnest($1::bigint[]) AS key"

#: Whoever holds one of the locks, by their 64 bits as pg_locks splits them.
HOLDERS = """
    SELECT DISTINCT l.pid
    FROM pg_locks l JOIN unnest($1::bigint[]) AS key
      ON l.classid::bigint = (key >> 32) & 4294967295 AND l.objid::bigint = key & 4294967295
    WHERE l.locktype = 'advisory' AND l.granted AND l.pid <> pg_backend_pid()
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def lock_key(tenant: str) -> int:
    """The tenant's lock: 64 bits, signed as Postgres has them."""
    return int.from_bytes(blake2b(tenant.encode(), digest_size=8).digest(), "big", signed=True)


async def lock_tenants(connection: asyncpg.Connection, tenants: Iterable[str]) -> None:
    """First statement of a transaction that writes; raises LockNotAvailableError after the lock_timeout."""
    await connection.execute(LOCK, sorted({lock_key(tenant) for tenant in tenants}))


async def evict_holders(connection: asyncpg.Connection, tenants: Iterable[str]) -> None:
    """Ends the backends that sit on the locks: a stopped zombie's would be held for ever."""
    for holder in await connection.fetch(HOLDERS, [lock_key(tenant) for tenant in tenants]):
        log.warning("lock_holder_terminated", backend=holder["pid"])
        await connection.execute("SELECT pg_terminate_backend($1)", holder["pid"])
