"""nginx sends each request to the service that has its route, and changes nothing on the way."""

import re
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from pathlib import Path

import httpx2
import pytest
import websockets
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import WebSocketRoute

from standalone.http import APPS
from tests.signing import KEY_FILE
from tests.unit.deploy.proxy import BODY_LIMIT, SERVICES, Proxy, proxy

DSN = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Proxy]:
    async with proxy(tmp_path) as each:
        yield each


@pytest.fixture
async def client(running: Proxy) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=running.url, trust_env=False) as each:
        yield each


@pytest.fixture
def apps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, FastAPI]:
    """Every service's, by its name; they are asked for their routes only."""
    monkeypatch.setenv("RINGBACK_SIGNING_KEYS", str(KEY_FILE))
    monkeypatch.setenv("RINGBACK_SPOOL", str(tmp_path))
    for service in SERVICES:
        monkeypatch.setenv(f"RINGBACK_{service.upper()}_API_DSN", DSN)
    found = [import_module(each).create_app() for each in APPS]
    return {app.title.removeprefix("Ringback ").lower(): app for app in found}


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of each documented route, and of the document itself."""
    yield "GET", str(app.openapi_url)
    for path, item in app.openapi()["paths"].items():
        for method in item:
            yield method.upper(), re.sub(r"\{\w+\}", "7", path)


async def test_every_route_of_every_service_goes_there(client: httpx2.AsyncClient, apps: dict[str, FastAPI]) -> None:
    assert apps.keys() == SERVICES.keys()
    wrong = []
    for service, app in apps.items():
        for method, path in routes(app):
            answer = await client.request(method, path, headers={"Authorization": "Bearer a"})
            reached = answer.json() if answer.status_code == 200 else answer.text
            if reached != {"service": service, "path": path, "size": 0, "authorization": "Bearer a"}:
                wrong.append((service, method, path, reached))
    assert not wrong


async def test_every_websocket_goes_there_with_its_subprotocols(running: Proxy, apps: dict[str, FastAPI]) -> None:
    sockets = [
        (service, str(route.path))
        for service, app in apps.items()
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, WebSocketRoute)
    ]
    assert sockets
    for service, path in sockets:
        url = running.url.replace("http", "ws", 1) + path
        async with websockets.connect(url, subprotocols=["ringback.v1", "bearer.a"], proxy=None) as socket:
            assert (socket.subprotocol, await socket.recv()) == ("ringback.v1", service)


@pytest.mark.parametrize("path", ["/", "/metrics", "/v1", "/v1/contactsx", "/v1/openapi/none.json", "/v2/contacts"])
async def test_what_no_service_has_is_a_404_of_our_form(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json() == {"title": "Not Found", "status": 404}


async def test_a_service_that_is_away_is_a_503_that_says_when_to_come_back(
    running: Proxy, client: httpx2.AsyncClient
) -> None:
    await running.end("calls")
    answer = await client.get("/v1/calls")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert int(answer.headers["retry-after"]) > 0
    assert (await client.get("/v1/contacts")).status_code == 200


async def test_a_body_over_the_limit_is_a_413_of_our_form(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/v1/imports", content=b"x" * BODY_LIMIT)).json()["size"] == BODY_LIMIT
    answer = await client.post("/v1/imports", content=b"x" * (BODY_LIMIT + 1))
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


async def test_an_upload_is_handed_on_as_it_comes(running: Proxy, client: httpx2.AsyncClient) -> None:
    async def halves() -> AsyncIterator[bytes]:
        yield b"x" * 100_000
        await running.half.wait()  # nginx that kept the body until it is whole would wait here for ever
        yield b"x" * 100_000

    assert (await client.post("/v1/imports", content=halves())).json()["size"] == 200_000


async def test_server_sent_events_come_one_by_one(running: Proxy, client: httpx2.AsyncClient) -> None:
    async with client.stream("GET", "/v1/progress/slowly") as answer:
        lines = answer.aiter_lines()
        assert await anext(lines) == "data: first"
        running.go_on.set()
        assert [line async for line in lines if line] == ["data: last"]


async def test_the_log_keeps_no_query_and_no_token(running: Proxy, client: httpx2.AsyncClient) -> None:
    await client.get("/v1/contacts?token=in-the-query", headers={"Authorization": "Bearer in-the-header"})
    await client.get("/none?token=in-the-query")
    log = running.log.read_text()
    assert '"path":"/v1/contacts"' in log and '"path":"/none"' in log
    assert "in-the-" not in log
