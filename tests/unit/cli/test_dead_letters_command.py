"""`ringback dead-letters list|show|replay`."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typer.testing import Result

from tests.unit.cli.served import World, serving

Ringback = Callable[..., Result]

ORIGIN = {"topic": "ringback.contacts.v1", "partition": 3, "offset": 41}
LETTER: dict[str, Any] = {
    "partition": 7,
    "offset": 12,
    "at": "2026-03-02T09:10:11.5Z",
    "origin": ORIGIN,
    "reader": "contacts-worker",
    "error": "JSON is malformed: [byte 1]\x1b[2J",
    "key": {"encoding": "utf-8", "data": "acme"},
    "value_bytes": 9,
}
FOREIGN = LETTER | {"offset": 13, "origin": None, "reader": None, "error": None, "key": None}
WHOLE = LETTER | {
    "value": {"encoding": "base64", "data": "/w=="},
    "value_kept": True,
    "headers": [{"name": "traceparent", "value": {"encoding": "utf-8", "data": "00-1"}}],
}


@dataclass
class Office(World):
    asked_for: list[dict[str, str]] = field(default_factory=list)
    replayed: list[str] = field(default_factory=list)
    answer: tuple[dict[str, Any], int] = (ORIGIN | {"offset": 99}, 200)

    async def list(self, request: Request) -> Response:
        self.asked_for.append(dict(request.query_params))
        return await self.page(request)

    async def show(self, request: Request) -> Response:
        return JSONResponse(WHOLE)

    async def replay(self, request: Request) -> Response:
        self.replayed.append(request.url.path)
        return JSONResponse(self.answer[0], self.answer[1])

    def app(self) -> Starlette:
        one = "/v1/dead-letters/{partition:int}/{offset:int}"
        return Starlette(
            routes=[
                Route("/v1/dead-letters", self.list),
                Route(one, self.show),
                Route(f"{one}/replay", self.replay, methods=["POST"]),
            ]
        )


@pytest.fixture
def office() -> Office:
    return Office(pages={"/v1/dead-letters": [[LETTER], [FOREIGN]]})


def test_list_says_where_each_lies_and_came_from_and_why(office: Office, port: int, ringback: Ringback) -> None:
    with serving(office, port):
        result = ringback("dead-letters", "list", "--topic", ORIGIN["topic"], "--since", "2026-03-01")
        array = json.loads(ringback("dead-letters", "list", "--json", "--limit", "1").stdout)
    for shown in ("7", "12", "2026-03-02 09:10:11", "ringback.contacts.v1[3] 41", "acme", "[byte 1]\\x1b[2J"):
        assert shown in result.stdout
    assert "nobody knows" in result.stdout and result.exit_code == 0
    assert office.asked_for[0] | {"topic": ORIGIN["topic"], "since": "2026-03-01T00:00:00Z"} == office.asked_for[0]
    assert array == [LETTER]


def test_show_tells_headers_and_value_and_its_json_is_the_servers(
    office: Office, port: int, ringback: Ringback
) -> None:
    with serving(office, port):
        lines = ringback("dead-letters", "show", 7, 12).stdout.splitlines()
        whole = json.loads(ringback("dead-letters", "show", 7, 12, "--json").stdout)
    assert {"key: acme", "header traceparent: 00-1", "value: (base64) /w=="} <= set(lines)
    assert whole == WHOLE


def test_replay_says_where_it_went(office: Office, port: int, ringback: Ringback) -> None:
    with serving(office, port):
        said = ringback("dead-letters", "replay", 7, 12)
        place = json.loads(ringback("dead-letters", "replay", 7, 12, "--json").stdout)
    assert "ringback.contacts.v1, partition 3, offset 99" in said.stderr
    assert place == ORIGIN | {"offset": 99}
    assert office.replayed == ["/v1/dead-letters/7/12/replay"] * 2


def test_a_refusal_is_said_in_the_servers_words(office: Office, port: int, ringback: Ringback) -> None:
    office.answer = ({"title": "It cannot be replayed", "detail": "Its value was too large to be kept."}, 409)
    with serving(office, port):
        result = ringback("dead-letters", "replay", 7, 12)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "too large to be kept" in result.stderr


def test_without_a_stack_or_a_token_the_way_to_one_is_said(ringback: Ringback, tmp_path: Path) -> None:
    result = ringback("dead-letters", "list", "--state", tmp_path / "none", RINGBACK_URL="", RINGBACK_TOKEN="")
    assert result.exit_code == 1 and "RINGBACK_TOKEN" in result.stderr
