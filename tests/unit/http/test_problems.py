"""Whatever goes wrong, the answer is a problem; a page goes on where the last one ended."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient

from ringback.http.app import make_app
from ringback.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.problems import Problem
from ringback.runtime.settings import HttpSettings
from tests.signing import KEY_FILE


@pytest.fixture
def client() -> Iterator[TestClient]:
    """An app that errs in each way there is."""
    app = make_app("test", None, HttpSettings(signing_keys=KEY_FILE))

    @app.get("/own")
    async def own() -> None:
        raise Problem(409, "Already there", "twice", import_id="i1")

    @app.get("/http")
    async def http() -> None:
        raise HTTPException(418, "short and stout", {"X-Pot": "tea"})

    @app.get("/bug")
    async def bug() -> None:
        raise RuntimeError("with a secret in it")

    @app.get("/list")
    async def listed(cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT) -> Page[int]:
        decode_cursor(cursor, tuple[datetime, str])
        return Page(items=[limit], next_cursor=cursor)

    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/own", 409, "Already there"),
        ("/http", 418, "I'm a Teapot"),
        ("/nowhere", 404, "Not Found"),
        ("/bug", 500, "Internal Server Error"),
        ("/list?limit=0", 422, "The request is not valid"),
        ("/list?limit=201", 422, "The request is not valid"),
        ("/list?cursor=!!", 400, "Malformed cursor"),
    ],
)
def test_an_error_is_a_problem(client: TestClient, path: str, status: int, title: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["status"], answer.json()["title"]) == (status, status, title)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


def test_a_wrong_method_is_a_problem_too(client: TestClient) -> None:
    answer = client.post("/own")
    assert (answer.status_code, answer.json()["title"]) == (405, "Method Not Allowed")
    assert answer.headers["allow"] == "GET"


def test_a_problem_keeps_its_own_members_and_headers(client: TestClient) -> None:
    assert client.get("/own").json() == {
        "title": "Already there",
        "status": 409,
        "detail": "twice",
        "import_id": "i1",
    }
    assert client.get("/http").headers["x-pot"] == "tea"


def test_a_path_with_a_slash_too_many_is_unknown_and_leads_nowhere(client: TestClient) -> None:
    answer = client.get("/list/", follow_redirects=False)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_limit_has_a_default(client: TestClient) -> None:
    assert client.get("/list").json() == {"items": [50], "next_cursor": None}


def test_a_cursor_comes_back_as_it_went() -> None:
    key = (datetime(2024, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), "ünï\\u0000?&=")
    assert decode_cursor(encode_cursor(key), tuple[datetime, str]) == key
    assert decode_cursor(None, tuple[datetime, str]) is None


@pytest.mark.parametrize(
    "cursor",
    ["", "%", "ä", "AAAA", encode_cursor((1,)), encode_cursor((2**70, "a")), encode_cursor((1, "a\0"))],
)
def test_a_malformed_cursor_is_the_callers_error(cursor: str) -> None:
    with pytest.raises(Problem) as caught:
        decode_cursor(cursor, tuple[int, str])
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00", "2024-01-01T00:00:00"]
)
def test_a_cursor_of_a_time_that_utc_has_not_or_without_a_zone_is_malformed(time: str) -> None:
    with pytest.raises(Problem) as caught:
        decode_cursor(encode_cursor((time, 1)), tuple[datetime, int])
    assert caught.value.status == 400
