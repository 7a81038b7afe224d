"""A worker's own connection, for the few bulk statements of the hot path."""

import asyncpg

#: A statement over arrays of keys is planned as what it always is, a nested loop of index probes: fresh tables have no
#: statistics yet, and a plan made for an empty table would scan the full one later.
SETTINGS = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
    "lock_timeout": "10s",
}


async def connect(dsn: str, name: str) -> asyncpg.Connection:
    """A connection as `name` (seen in pg_stat_activity); raises `errors.TRANSIENT` while the server is away."""
    return await asyncpg.connect(dsn, server_settings={**SETTINGS, "application_name": name}, timeout=5)
