"""`python -m deploy.migrate`: the databases, roles, tables, topics and signing key that services find at their start.

Once before them, and again with each new version: what is there already stays, passwords are set anew.
"""

import asyncio
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

import structlog

from ringback.http import keys
from ringback.kafka.declare import declare
from ringback.postgres.migrations import upgrade
from ringback.postgres.roles import Passwords, ensure
from ringback.runtime import logs
from ringback.runtime.settings import DatabaseSettings, Settings

log = structlog.get_logger()

SERVICES = Path(__file__).parents[1] / "services"


class MigrateSettings(Settings):
    """`postgres_password` is the superuser's, on whichever server a service's own DSNs name."""

    postgres_password: str
    signing_keys: Path


class Owned(NamedTuple):
    """A service that has a database: the folder of its migrations, and the DSN of each of its roles."""

    name: str
    migrations: Path
    databases: DatabaseSettings


def owned() -> list[Owned]:
    """Every service with migrations."""
    folders = sorted(SERVICES.glob("*/migrations"))
    names = [folder.parent.name for folder in folders]
    return [
        Owned(name, folder, DatabaseSettings(_env_prefix=f"RINGBACK_{name.upper()}_"))
        for name, folder in zip(names, folders, strict=True)
    ]


def admin_dsn(dsn: str, password: str) -> str:
    """The superuser's, on the server of `dsn`."""
    parts = urlsplit(dsn)
    address = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"postgres:{quote(password, safe='')}@{address}", path="/postgres"))


async def make_databases(services: list[Owned], password: str) -> None:
    """One after the other: it is a second in all."""
    for name, _, databases in services:
        dsns = (databases.owner_dsn, databases.writer_dsn, databases.api_dsn)
        passwords = Passwords(*(urlsplit(dsn).password or "" for dsn in dsns))
        await ensure(admin_dsn(databases.owner_dsn, password), name, passwords)
        log.info("database_made", database=name)


def main() -> None:
    """In this order, since a migration needs its database."""
    logs.configure("migrate")
    settings, services = MigrateSettings.model_validate({}), owned()
    asyncio.run(make_databases(services, settings.postgres_password))
    for name, migrations, databases in services:
        upgrade(migrations, databases.owner_dsn)
        log.info("database_migrated", database=name)
    asyncio.run(declare(settings))
    if not settings.signing_keys.exists():
        keys.rotate(settings.signing_keys, retire_after_s=0)
        log.info("signing_key_made")


if __name__ == "__main__":
    main()
