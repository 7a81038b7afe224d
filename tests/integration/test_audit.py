"""Who did what: written before it is done, or it is not done, and never changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from ringback.http.app import with_database
from ringback.http.auth import Authenticated, Caller, require
from ringback.postgres.tenancy import engine, tenant_session
from ringback.runtime.settings import HttpSettings
from standalone.state import SERVICES
from tests.integration.own_database import OwnDatabase, connected, own_database
from tests.signing import KEY_FILE, authorization
from tests.stack import Infrastructure

OPERATOR = authorization("", "operator") | {"Ringback-Tenant": "acme"}
NOWHERE = "postgresql://contacts_api:x@127.0.0.1:9/contacts"


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=SERVICES)
async def database(infrastructure: Infrastructure, request: pytest.FixtureRequest) -> AsyncIterator[OwnDatabase]:
    async with own_database(infrastructure, request.param, f"audit_{request.param}") as database:
        await database.migrate()
        yield database


def entry(**more: Any) -> dict[str, Any]:
    named = dict.fromkeys(("subject", "role", "action", "path"), "x")
    return {"tenant_id": "A", "request_id": uuid4(), "stage": "asked", **named, **more}


@pytest.mark.parametrize("role", ["api", "writer"])
@pytest.mark.parametrize(
    "what",
    [
        "UPDATE audit_log SET subject = 'nobody'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "ALTER TABLE audit_log DISABLE ROW LEVEL SECURITY",
        "INSERT INTO alembic_version VALUES ('x')",
        "UPDATE alembic_version SET version_num = 'x'",
        "DELETE FROM alembic_version",
    ],
)
async def test_what_was_done_and_which_tables_there_are_no_service_changes(
    database: OwnDatabase, role: str, what: str
) -> None:
    table = database.metadata.tables["audit_log"]
    async with connected(database, role) as sessions:
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            async with tenant_session(sessions, "A") as connection:
                await connection.exec_driver_sql(what)
        async with tenant_session(sessions, "A") as connection:
            await connection.execute(table.insert(), entry())


@pytest.mark.parametrize("wrong", [{"stage": "answered"}, {"status": 200}, {"stage": "else", "status": 200}])
async def test_an_audit_row_before_has_no_status_and_one_after_has(
    database: OwnDatabase, wrong: dict[str, Any]
) -> None:
    table = database.metadata.tables["audit_log"]
    async with connected(database, "api") as api:
        with pytest.raises(IntegrityError, match="a_status_is_an_answers"):
            async with tenant_session(api, "A") as connection:
                await connection.execute(table.insert(), entry(**wrong))


class Served:
    """An app on the database of contacts, whose routes say when they were reached."""

    def __init__(self, dsn: str) -> None:
        self.reached: list[str] = []
        self.app = with_database("test", dsn, HttpSettings(signing_keys=KEY_FILE))
        self.app.get("/v1/things/{thing}")(self.read)
        self.app.post("/v1/things/{thing}")(self.write)
        self.app.post("/v1/broken")(self.fail)
        self.app.post("/v1/lost")(self.lose)
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False, client=("192.0.2.7", 1))
        self.client = httpx2.AsyncClient(transport=transport, base_url="http://test")

    async def read(self, thing: str, caller: Authenticated) -> str:
        self.reached.append(thing)
        return caller.tenant

    async def write(self, thing: str, _: Annotated[Caller, Depends(require("owner"))]) -> str:
        self.reached.append(thing)
        return thing

    async def fail(self, _: Authenticated) -> None:
        raise RuntimeError

    async def lose(self, _: Authenticated) -> str:
        """The database goes away just after it was done."""
        self.app.state.engine = engine(NOWHERE)
        return "done"


@asynccontextmanager
async def served(dsn: str) -> AsyncIterator[Served]:
    here = Served(dsn)
    async with here.app.router.lifespan_context(here.app), here.client:
        yield here


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def contacts(infrastructure: Infrastructure) -> AsyncIterator[OwnDatabase]:
    async with own_database(infrastructure, "contacts", "audited") as database:
        await database.migrate()
        yield database


async def told(app: FastAPI, database: OwnDatabase, path: str, tenant: str = "acme") -> list[tuple[Any, ...]]:
    table = database.metadata.tables["audit_log"]
    said = table.c.subject, table.c.role, table.c.action, table.c.address, table.c.stage, table.c.status
    reader: AsyncEngine = app.state.engine
    async with tenant_session(reader, tenant) as connection:
        rows = await connection.execute(select(*said).where(table.c.path == path).order_by(table.c.at))
        return [tuple(row) for row in rows]


async def test_whatever_an_operator_asks_is_told_of_the_tenant_it_named(contacts: OwnDatabase) -> None:
    async with served(contacts.dsn("api")) as here:
        answer = await here.client.get("/v1/things/seen", headers=OPERATOR)
        assert answer.json() == "acme"
        who = ("cli", "operator", "GET /v1/things/{thing}", "192.0.2.7")
        assert await told(here.app, contacts, "/v1/things/seen") == [(*who, "asked", None), (*who, "answered", 200)]
        assert await told(here.app, contacts, "/v1/things/seen", "other") == []


async def test_an_operator_names_a_tenant_in_any_script(contacts: OwnDatabase) -> None:
    headers: dict[Any, Any] = {**OPERATOR, "Ringback-Tenant": "bücher".encode()}
    async with served(contacts.dsn("api")) as here:
        assert (await here.client.get("/v1/things/1", headers=headers)).json() == "bücher"


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("operator", 200), ("viewer", 403)])
async def test_whatever_may_change_something_is_told_whoever_asks(
    contacts: OwnDatabase, role: str, status: int
) -> None:
    headers = OPERATOR if role == "operator" else authorization("acme", role)
    async with served(contacts.dsn("api")) as here:
        assert (await here.client.post(f"/v1/things/{role}", headers=headers)).status_code == status
        rows = await told(here.app, contacts, f"/v1/things/{role}")
        assert [row[1:3] + row[4:] for row in rows] == [
            (role, "POST /v1/things/{thing}", "asked", None),
            (role, "POST /v1/things/{thing}", "answered", status),
        ]


async def test_a_path_that_no_table_could_hold_is_told_as_it_came(contacts: OwnDatabase) -> None:
    async with served(contacts.dsn("api")) as here:
        answer = await here.client.post("/v1/things/a%00b%3Fc", headers=OPERATOR)
        assert (answer.status_code, here.reached) == (200, ["a\0b?c"])
        assert [row[4] for row in await told(here.app, contacts, "/v1/things/a%00b%3Fc")] == ["asked", "answered"]


async def test_a_tenants_own_reading_is_not(contacts: OwnDatabase) -> None:
    async with served(contacts.dsn("api")) as here:
        await here.client.get("/v1/things/own", headers=authorization())
        assert await told(here.app, contacts, "/v1/things/own") == []


async def test_a_surprise_is_told_as_a_500(contacts: OwnDatabase) -> None:
    async with served(contacts.dsn("api")) as here:
        assert (await here.client.post("/v1/broken", headers=OPERATOR)).status_code == 500
        assert [row[4:] for row in await told(here.app, contacts, "/v1/broken")] == [("asked", None), ("answered", 500)]


async def test_what_cannot_be_told_is_not_done() -> None:
    async with served(NOWHERE) as here:
        answer = await here.client.get("/v1/things/1", headers=OPERATOR)
        assert (answer.status_code, answer.headers["retry-after"], here.reached) == (503, "1", [])
        assert (await here.client.post("/v1/things/1", headers=authorization("acme", "owner"))).status_code == 503
        assert here.reached == []


async def test_an_answer_that_cannot_be_told_is_told_by_the_log(contacts: OwnDatabase) -> None:
    async with served(contacts.dsn("api")) as here:
        reader = here.app.state.engine
        with capture_logs() as logged:
            assert (await here.client.post("/v1/lost", headers=OPERATOR)).status_code == 200
        events = [(each["event"], each["status"]) for each in logged]
        assert events == [("audit_answer_unwritten", 200), ("http_request", 200)]
        here.app.state.engine = reader
        assert [row[4:] for row in await told(here.app, contacts, "/v1/lost")] == [("asked", None)]
