"""A worker's own connection, for the few bulk statements of the hot path."""

from typing import Any

import asyncpg
import msgspec

#: The workers' statements are a probe of an index for each of many keys, planned anew each time: fresh tables have no
#: statistics, and a plan that was made for an empty table would scan the full one later.
SETTINGS = {
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "max_parallel_workers_per_gather": "0",
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",
    "lock_timeout": "10s",
}


async def connect(dsn: str, name: str) -> asyncpg.Connection:
    """A connection as `name` (seen in pg_stat_activity); raises `errors.TRANSIENT` while the server is away."""
    connection = await asyncpg.connect(dsn, server_settings={**SETTINGS, "application_name": name}, timeout=5)
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=_encode_jsonb, decoder=_decode_jsonb
    )
    return connection


def _encode_jsonb(value: Any) -> bytes:
    """Postgres's binary form (COPY takes no other): a version byte, then the text."""
    return b"\x01" + msgspec.json.encode(value)


def _decode_jsonb(value: bytes) -> Any:
    return msgspec.json.decode(value[1:])
