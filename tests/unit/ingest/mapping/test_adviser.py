"""A language model may suggest what uncertain columns are; whatever it answers, or not, breaks nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from services.ingest.adviser import Adviser
from services.ingest.mapping import Offer, offer
from services.ingest.parse.table import Row
from services.ingest.settings import ApiSettings

HEADER = ["Phone", "Given", "Shade"]
ROWS = [Row(1, 2, ["+14155552671", "Ada", "blue"], None)]
#: Answers a request, as its headers and its body, with a status and a body.
Answer = Callable[[str, Any], Awaitable[tuple[int, bytes]]]


@asynccontextmanager
async def endpoint(answer: Answer) -> AsyncIterator[str]:
    """A server that speaks the protocol, on loopback."""

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        (length,) = (int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length"))
        status, body = await answer(head, json.loads(await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (status, len(body)) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


def adviser(url: str, **told: Any) -> Adviser:
    told = {"mapping_model_timeout": 2.0, "mapping_model_key": "secret", "mapping_model": "small"} | told
    needed = {"spool": Path("spool"), "signing_keys": Path("keys"), "ingest_api_dsn": "postgresql://"}
    return Adviser(ApiSettings.model_validate(needed | {"mapping_model_url": url} | told))


def people() -> Offer:
    return offer("contacts", HEADER, ROWS, "US")


def said(content: str) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


def fields(it: Offer) -> list[str | None]:
    return [each.target for each in it.suggestions]


async def advised(status: int, body: bytes, **told: Any) -> tuple[Offer, list[tuple[str, Any]]]:
    heard = []

    async def answer(head: str, asked: Any) -> tuple[int, bytes]:
        heard.append((head, asked))
        return status, body

    async with endpoint(answer) as url:
        return await adviser(url, **told).advised("contacts", people()), heard


async def test_what_it_suggests_is_shown_and_is_never_certain() -> None:
    it, heard = await advised(200, said('{"columns": [{"column": 1, "field": "first_name"}]}'))
    assert fields(it) == ["phone", "first_name", "custom:Shade"]
    assert not it.suggestions[1].certain
    (head, asked) = heard[0]
    assert head.startswith("POST /v1/chat/completions ") and "Bearer secret" in head
    assert asked["model"] == "small"


@pytest.mark.parametrize("values", [False, True])
async def test_only_headers_leave_us_and_values_where_they_are_allowed(values: bool) -> None:
    _, heard = await advised(200, said('{"columns": []}'), mapping_model_values=values)
    sent = json.dumps(heard[0][1])
    assert "Shade" in sent and "Phone" not in sent.replace("phone", "")
    assert ("blue" in sent) is values
    assert "+14155552671" not in sent


@pytest.mark.parametrize(
    "content",
    [
        '{"columns": [{"column": 0, "field": "email"}]}',
        '{"columns": [{"column": 7, "field": "email"}, {"column": -1, "field": "email"}]}',
        '{"columns": [{"column": 1, "field": "telephone"}, {"column": 2, "field": "phone"}]}',
        '{"columns": [{"column": 1, "field": null}]}',
    ],
)
async def test_what_makes_no_sense_is_passed_over(content: str) -> None:
    assert fields((await advised(200, said(content)))[0]) == fields(people())


async def test_a_field_that_it_gives_to_two_columns_is_the_firsts() -> None:
    twice = '{"columns": [{"column": 1, "field": "city"}, {"column": 2, "field": "city"}]}'
    assert fields((await advised(200, said(twice)))[0]) == ["phone", "city", "custom:Shade"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"oops"),
        (302, b""),
        (200, b"no JSON"),
        (200, b"\xff\xfe"),
        (200, b'{"choices": []}'),
        (200, b'{"error": {"message": "quota"}}'),
        (200, said("Sure! Here is your mapping.")),
        (200, said('{"columns": "all"}')),
        (200, said('{"columns": [{"column": "1", "field": 3}]}')),
        (200, said("[" * 100_000)),
        (200, b" " * (2 << 20)),
    ],
)
async def test_nonsense_breaks_nothing(status: int, body: bytes) -> None:
    assert (await advised(status, body))[0] == people()


async def test_one_that_hangs_is_left_after_its_time() -> None:
    released = asyncio.Event()

    async def answer(_head: str, _asked: Any) -> tuple[int, bytes]:
        await released.wait()
        return 200, b""

    async with endpoint(answer) as url:
        it = await adviser(url, mapping_model_timeout=0.2).advised("contacts", people())
        released.set()
    assert it == people()


async def test_one_that_is_away_breaks_nothing_and_one_with_nothing_to_ask_is_not_called() -> None:
    certain = offer("contacts", ["Phone"], ROWS, "US")
    assert await adviser("http://127.0.0.1:1/v1").advised("contacts", people()) == people()
    assert await adviser("http://127.0.0.1:1/v1").advised("contacts", certain) == certain
