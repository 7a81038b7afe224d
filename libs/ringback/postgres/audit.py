"""The audit log: who did what for which tenant. Each service's database has one, which its API can only add to.

An entry is two rows of one `request_id`: `asked` before anything is done, so that what cannot be written is not done,
and `answered` with the status. No row is ever changed, so the second cannot be the first, mended.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, MetaData, SmallInteger, Table, Text, Uuid, func
from sqlalchemy.ext.asyncio import AsyncEngine

from ringback.postgres.tenancy import isolate, tenant_session

_COLUMNS_1 = """
    tenant_id text NOT NULL,
    request_id uuid NOT NULL,
    stage text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    subject text NOT NULL,
    role text NOT NULL,
    action text NOT NULL,
    path text NOT NULL,
    address text,
    status smallint,
    PRIMARY KEY (tenant_id, request_id, stage),
    CONSTRAINT a_status_is_an_answers CHECK (
        stage = 'asked' AND status IS NULL OR stage = 'answered' AND status IS NOT NULL
    )
"""


def audit_log_1(service: str) -> list[str]:
    """The statements of a migration of `service`; what stands here is never edited.

    Default privileges give its roles every new table whole. Of this one the API keeps reading and adding, the worker
    (a member of the API's role) no more than that, and of Alembic's own table both keep reading.
    """
    return [
        f"CREATE TABLE audit_log ({_COLUMNS_1})",
        "CREATE INDEX audit_log_by_time ON audit_log (tenant_id, at)",
        *isolate("audit_log"),
        f"REVOKE ALL ON audit_log FROM {service}_api, {service}_writer",
        f"GRANT SELECT, INSERT ON audit_log TO {service}_api",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {service}_api, {service}_writer",
    ]


def audit_table(metadata: MetaData) -> Table:
    """`action` is the method and the route's template, `path` what was asked for, `address` where from."""
    table = Table(
        "audit_log",
        metadata,
        Column("tenant_id", Text, primary_key=True),
        Column("request_id", Uuid, primary_key=True),
        Column("stage", Text, primary_key=True),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
        Column("subject", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("path", Text, nullable=False),
        Column("address", Text),
        Column("status", SmallInteger),
        CheckConstraint(
            "stage = 'asked' AND status IS NULL OR stage = 'answered' AND status IS NOT NULL",
            name="a_status_is_an_answers",
        ),
    )
    Index("audit_log_by_time", table.c.tenant_id, table.c.at)
    return table


_table = audit_table(MetaData())


class Entry(NamedTuple):
    """One request, as both its rows tell it."""

    tenant_id: str
    request_id: UUID
    subject: str
    role: str
    action: str
    path: str
    address: str | None


async def write(engine: AsyncEngine, entry: Entry, status: int | None = None) -> None:
    """The row before (without a status) or the row after, in a transaction of its own."""
    stage = "asked" if status is None else "answered"
    async with tenant_session(engine, entry.tenant_id) as connection:
        await connection.execute(_table.insert().values(**entry._asdict(), stage=stage, status=status))
