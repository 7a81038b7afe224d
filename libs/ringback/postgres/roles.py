"""A service's database and its three roles, made by whoever administers the server.

The owner migrates. The writer is the worker's: BYPASSRLS, since COPY is refused under row-level security, and
a member of api, so that it may terminate an api session that stands in its way. The api role is held to one
tenant by row-level security.
"""

from typing import Any, NamedTuple

import asyncpg

PRIVILEGES = """
ALTER SCHEMA public OWNER TO {owner};
GRANT USAGE ON SCHEMA public TO {writer}, {api};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {writer}, {api};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO {writer}, {api};
"""

DATABASE_PRIVILEGES = """
REVOKE ALL ON DATABASE {service} FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE {service} TO {writer};
GRANT CONNECT ON DATABASE {service} TO {api};
"""

# Roles belong to the whole server: services that are set up at once meet here instead of in its catalogue.
SETUP_LOCK = 0x52494E47


class Passwords(NamedTuple):
    owner: str
    writer: str
    api: str


async def ensure(admin_dsn: str, service: str, passwords: Passwords) -> None:
    """Idempotent, and sets the passwords anew. `admin_dsn` is a superuser's, on any database."""
    admin = await asyncpg.connect(admin_dsn)
    try:
        await admin.execute(f"SELECT pg_advisory_lock({SETUP_LOCK})")
        await _ensure_roles(admin, service, passwords)
        await _ensure_database(admin, service)
    finally:
        await admin.close()
    inside = await asyncpg.connect(admin_dsn, database=service)
    try:
        await inside.execute(PRIVILEGES.format(**_names(service)))
    finally:
        await inside.close()


def _names(service: str) -> dict[str, str]:
    if not service.isidentifier():
        raise ValueError(f"not a service's name: {service!r}")
    return {"service": service} | {role: f"{service}_{role}" for role in Passwords._fields}


async def _ensure_roles(admin: Any, service: str, passwords: Passwords) -> None:
    names = _names(service)
    for role, password in passwords._asdict().items():
        name = names[role]
        if not await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name):
            await admin.execute(f"CREATE ROLE {name}")
        beyond = "BYPASSRLS" if role == "writer" else "NOBYPASSRLS"
        # Utility statements take no parameters, so the server itself quotes the password.
        await admin.execute(
            await admin.fetchval(f"SELECT format('ALTER ROLE {name} LOGIN {beyond} PASSWORD %L', $1::text)", password)
        )
    await admin.execute("GRANT {api} TO {writer}".format(**names))


async def _ensure_database(admin: Any, service: str) -> None:
    names = _names(service)
    if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", service):
        # The file copy of the default is twice a checkpoint; the log copy of an empty template is nothing.
        await admin.execute("CREATE DATABASE {service} OWNER {owner} STRATEGY wal_log".format(**names))
    await admin.execute(DATABASE_PRIVILEGES.format(**names))
