"""A worker's own connection, for the few bulk statements of the hot path."""

import ssl
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import msgspec

from ringback.runtime.refused import Refused

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


async def opened(dsn: str, **options: Any) -> asyncpg.Connection:
    """Where every connection begins, so that `sslmode` and its like mean the same in every DSN.

    Raises Refused where the server does not let us in, or we do not trust it: waiting mends neither.
    """
    try:
        return await asyncpg.connect(dsn, **options)
    except (ssl.SSLError, asyncpg.ClientConfigurationError) as error:
        raise Refused(
            f"{_whom(dsn)} is not to be had over TLS as we want it ({error}): "
            f"see sslmode, sslrootcert, sslcert and sslkey in {_setting(dsn)}."
        ) from error
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise Refused(
            f"{_whom(dsn)} does not let us in ({error}): see the user, the password and sslmode in {_setting(dsn)}."
        ) from error


def _whom(dsn: str) -> str:
    parts = urlsplit(dsn)
    return f"Postgres at {parts.hostname}:{parts.port or 5432}"


def _setting(dsn: str) -> str:
    """By the roles' own names (`ringback.postgres.roles`); a DSN may name another user."""
    return f"the DSN of {urlsplit(dsn).username} (RINGBACK_{(urlsplit(dsn).username or '').upper()}_DSN)"


async def connect(dsn: str, name: str) -> asyncpg.Connection:
    """A connection as `name` (seen in pg_stat_activity); raises `errors.TRANSIENT` while the server is away."""
    connection = await opened(dsn, server_settings={**SETTINGS, "application_name": name}, timeout=5)
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=_encode_jsonb, decoder=_decode_jsonb
    )
    return connection


def _encode_jsonb(value: Any) -> bytes:
    """Postgres's binary form (COPY takes no other): a version byte, then the text."""
    return b"\x01" + msgspec.json.encode(value)


def _decode_jsonb(value: bytes) -> Any:
    return msgspec.json.decode(value[1:])
