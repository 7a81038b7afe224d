"""Every operation that there is, tried by everyone whom the table lets in, and by everyone whom it does not."""

import asyncio
from typing import Any

import asyncpg
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from standalone.state import State
from tests.system.security.permissions import NOBODYS, OPERATIONS, REQUESTS, ROLES, Operation, World, bearer

each_request = pytest.mark.parametrize("operation", REQUESTS, ids=str)
TENANTS_ROLES = ROLES[:-1]
FOR_OURS = {"Ringback-Tenant": "ours"}


def test_the_table_has_every_operation_and_no_other(world: World) -> None:
    assert {str(each) for each in REQUESTS} == world.documented()
    assert [str(each) for each in OPERATIONS if each.is_socket] == ["WS /v1/progress/ws"]


def test_there_is_an_id_for_every_parameter(world: World) -> None:
    needed = {name for each in REQUESTS for name in each.parameters}
    assert needed == world.ids.keys() == NOBODYS.keys()


@each_request
def test_another_tenants_things_are_not_there(world: World, operation: Operation) -> None:
    status, text = world.ask(operation, world.ids, world.authorization("theirs", "owner"))
    if operation.is_the_platforms:
        assert status == 403
    else:
        assert status == 404 if operation.parameters else status != 403
    assert not [mark for mark in world.marks if mark in text]


@each_request
@pytest.mark.parametrize("headers", [{}, bearer("x"), FOR_OURS])
def test_without_a_token_nothing_is_open(world: World, operation: Operation, headers: dict[str, str]) -> None:
    assert world.ask(operation, world.ids, headers)[0] == 401


@each_request
@pytest.mark.parametrize("role", TENANTS_ROLES)
def test_a_role_may_what_the_table_says(world: World, operation: Operation, role: str) -> None:
    status, _ = world.ask(operation, NOBODYS, world.authorization("ours", role))
    if ROLES.index(role) < ROLES.index(operation.least):
        assert status == 403
    else:
        assert status not in (401, 403) and status < 500


@each_request
def test_an_operator_names_a_tenant_or_is_told_to(world: World, operation: Operation) -> None:
    operator = world.authorization("", "operator")
    status, _ = world.ask(operation, NOBODYS, operator)
    assert status == {"yes": 400, "no": 403}.get(operation.operator, status)
    named, _ = world.ask(operation, NOBODYS, operator | FOR_OURS)
    assert named == 403 if operation.operator == "no" else named not in (400, 401, 403) and named < 500


@each_request
def test_an_operator_sees_of_a_tenant_what_is_that_ones(world: World, operation: Operation) -> None:
    headers = world.authorization("", "operator") | {"Ringback-Tenant": "theirs"}
    status, text = world.ask(operation, world.ids, headers)
    assert not (operation.operator == "yes" and operation.parameters) or status == 404
    assert not [mark for mark in world.marks if mark in text]


@each_request
def test_a_progress_token_opens_progress_of_its_import_alone(world: World, operation: Operation) -> None:
    token = bearer(world.progress_token)
    assert world.ask(operation, world.ids, token)[0] == (200 if operation.progress_token else 403)
    if operation.parameters:
        assert world.ask(operation, NOBODYS, token)[0] == 403


@pytest.mark.parametrize(("role", "status"), [("member", 403), ("admin", 422), ("owner", 422), ("operator", 422)])
def test_only_from_admin_on_an_import_may_be_for_real(world: World, role: str, status: int) -> None:
    """422: the file is no archive, which is looked at later."""
    tenant = "" if role == "operator" else "ours"
    answer = world.client.post(
        "/v1/imports",
        data={"dry_run": "false"},
        files={"file": ("x.zip", b"no archive")},
        headers=world.authorization(tenant, role) | FOR_OURS,
    )
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("tenant", "role", "code"), [("ours", "viewer", None), ("theirs", "owner", None), ("", "operator", 4403)]
)
async def test_the_socket_shows_a_tenant_its_own(world: World, tenant: str, role: str, code: int | None) -> None:
    """Of another tenant's import nothing comes, though the one asked for is there."""
    told = await _first(world, world.stack.token(tenant, role), f"?import={world.ids['import_id']}")
    if tenant == "ours":
        assert isinstance(told, str) and world.ids["import_id"] in told
    else:
        assert told == code


@pytest.mark.parametrize(
    ("query", "opens"), [("", True), ("?import={}", True), (f"?import={NOBODYS['import_id']}", False)]
)
async def test_a_progress_token_opens_the_socket_for_its_import_alone(world: World, query: str, opens: bool) -> None:
    told = await _first(world, world.progress_token, query.format(world.ids["import_id"]))
    assert (isinstance(told, str) and world.ids["import_id"] in told) if opens else told == 4403


async def test_what_an_operator_did_stands_in_the_audit_log(world: World) -> None:
    headers = world.authorization("", "operator") | {"Ringback-Tenant": "audited"}
    assert world.client.get("/v1/contacts", headers=headers).status_code == 200
    state = State.open(world.stack.state)
    connection = await asyncpg.connect(state.dsn("contacts_api", "contacts"))
    try:
        await connection.execute("SELECT set_config('app.tenant', 'audited', false)")
        rows = await connection.fetch("SELECT role, action, stage, status FROM audit_log ORDER BY at")
    finally:
        await connection.close()
    assert [tuple(row) for row in rows] == [
        ("operator", "GET /v1/contacts", "asked", None),
        ("operator", "GET /v1/contacts", "answered", 200),
    ]


async def _first(world: World, token: str, query: str) -> Any:
    """The first message, the code that it was closed with, or None where it stays open without a word."""
    url = world.stack.url.replace("http", "ws", 1) + "/v1/progress/ws" + query
    async with connect(url, subprotocols=["ringback.v1", f"bearer.{token}"], proxy=None) as socket:  # type: ignore[list-item]
        try:
            async with asyncio.timeout(0.5):
                return await socket.recv()
        except TimeoutError:
            return None
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code
