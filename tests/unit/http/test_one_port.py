"""`standalone.http`: several apps behind one port, ready when all are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from ringback.http.app import make_app
from ringback.runtime.settings import HttpSettings
from standalone.http import Apps, HttpProcess, create_app
from tests.signing import KEY_FILE

LIVES: list[str] = []


def service(name: str, path: str) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        LIVES.append(f"+{name}")
        yield
        LIVES.append(f"-{name}")

    app = make_app(name, lifespan, HttpSettings(signing_keys=KEY_FILE))
    router = APIRouter(prefix="/v1")

    @router.get(path)
    async def answer() -> str:
        return name

    app.include_router(router)
    return app


def test_a_request_goes_to_the_app_that_has_its_path() -> None:
    LIVES.clear()
    one, two = service("one", "/ones"), service("two", "/twos/{id}")
    with TestClient(create_app(Apps([one, two]), {})) as client:
        assert client.get("/v1/ones").json() == "one"
        assert client.get("/v1/twos/7").json() == "two"
        assert client.get("/v1/openapi/two.json").json()["info"]["title"] == "Ringback two"
        assert client.post("/v1/twos/7").status_code == 405
        missing = client.get("/v1/threes")
        assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")
    assert LIVES == ["+one", "+two", "-two", "-one"]


def test_it_is_ready_when_every_app_and_process_is() -> None:
    app = service("one", "/ones")
    with TestClient(create_app(Apps([app]), {"gone": "http://127.0.0.1:9/readyz"})) as client:
        answer = client.get("/readyz")
        assert (answer.status_code, list(answer.json()["waiting_for"])) == (503, ["gone"])
        assert client.get("/livez").status_code == 200
    with TestClient(create_app(Apps([app]), {})) as client:
        assert client.get("/readyz").status_code == 200
        app.state.readiness.ready = False
        assert client.get("/readyz").json()["waiting_for"] == {"Ringback one": "starting"}


def test_the_processes_are_named_by_the_environment() -> None:
    settings = HttpProcess(
        signing_keys=KEY_FILE, readyz="a=http://127.0.0.1:1/readyz, b=http://127.0.0.1:2/readyz?x=1,"
    )
    assert settings.processes() == {"a": "http://127.0.0.1:1/readyz", "b": "http://127.0.0.1:2/readyz?x=1"}
    assert HttpProcess(signing_keys=KEY_FILE).processes() == {}
