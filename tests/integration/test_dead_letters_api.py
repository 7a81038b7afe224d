"""What operators see of the dead letters, and what they send back."""

import base64
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import text

from ringback.events import topics
from ringback.postgres.tenancy import engine, tenant_session
from services.ingest.api import create_app
from services.ingest.settings import ApiSettings
from tests.integration.dead_letter_office import OPERATOR, PATH, Office, dead_letter_office
from tests.integration.own_database import OwnDatabase, own_database
from tests.signing import KEY_FILE, authorization
from tests.stack import Infrastructure

TRACE = ("traceparent", b"00-1-2-03")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(infrastructure: Infrastructure) -> AsyncIterator[OwnDatabase]:
    async with own_database(infrastructure, "ingest", "dead_letters_api") as database:
        await database.migrate()
        yield database


@pytest_asyncio.fixture
async def office(database: OwnDatabase, tmp_path: Path) -> AsyncIterator[Office]:
    async with dead_letter_office(database, f"office-{tmp_path.name}.", tmp_path / "spool") as office:
        yield office


async def test_they_are_listed_newest_first_each_once_however_small_the_pages(office: Office) -> None:
    for number in range(25):
        await office.park(b"x", f"reason {number}", key=b"key %d" % number, offset=number)
    newest_first = [f"reason {number}" for number in reversed(range(25))]
    for limit in (7, 200):
        listed = await office.all(limit)
        assert sorted(each["error"] for each in listed) == sorted(newest_first)
        assert [each["at"] for each in listed] == sorted((each["at"] for each in listed), reverse=True)
    assert len({each["partition"] for each in listed}) == office.settings.partitions
    assert "value" not in listed[0]


async def test_one_that_comes_while_pages_are_read_is_on_none_of_them(office: Office) -> None:
    for number in range(4):
        await office.park(b"x", f"reason {number}")
    first = await office.get(limit=2)
    await office.park(b"x", "late")
    second = await office.get(limit=2, cursor=first["next_cursor"])
    assert [each["error"] for each in first["items"] + second["items"]] == [f"reason {n}" for n in (3, 2, 1, 0)]


async def test_they_are_found_by_topic_and_time(office: Office) -> None:
    await office.park(b"x", "calls", topic=office.settings.topic(topics.CALLS.name))
    await office.park(b"x", "contacts")
    [contacts] = await office.all(topic=office.settings.topic(topics.CONTACTS.name))
    assert contacts["error"] == "contacts"
    assert await office.all(since=contacts["at"]) == [contacts]
    assert await office.all(since="2999-01-01T00:00:00Z") == []
    assert len(await office.all(since="0001-01-01T00:00:00+14:00")) == 2


async def test_one_is_shown_as_it_came(office: Office) -> None:
    await office.park("Zoë\0".encode(), "no JSON", headers=[TRACE, ("odd", b"\xff"), ("none", None)])
    await office.park(b"\xff\xfe", "no text", key=None)
    binary, words = await office.all()
    shown = await office.get(f"{PATH}/{words['partition']}/{words['offset']}")
    assert shown == words | {
        "value": {"encoding": "utf-8", "data": "Zoë\0"},
        "value_kept": True,
        "headers": [
            {"name": "traceparent", "value": {"encoding": "utf-8", "data": "00-1-2-03"}},
            {"name": "odd", "value": {"encoding": "base64", "data": "/w=="}},
            {"name": "none", "value": None},
        ],
    }
    assert words["origin"] == {"topic": office.settings.topic("contacts.v1"), "partition": 1, "offset": 7}
    assert (words["key"]["data"], words["value_bytes"], words["reader"]) == ("acme", 5, "local")
    shown = await office.get(f"{PATH}/{binary['partition']}/{binary['offset']}")
    assert (shown["key"], base64.b64decode(shown["value"]["data"])) == (None, b"\xff\xfe")


async def test_one_is_sent_back_as_it_came_to_where_it_stood_as_often_as_asked(office: Office) -> None:
    await office.park(b"{this is no JSON", headers=[TRACE])
    [letter] = await office.all()
    places = [(await office.replay(letter)).json() for _ in range(2)]
    replayed = await office.on(topics.CONTACTS)
    assert [(each.topic, each.partition, each.offset) for each in replayed] == [tuple(each.values()) for each in places]
    for each in replayed:
        assert (each.partition, each.key, each.value, each.headers) == (1, b"acme", b"{this is no JSON", (TRACE,))
    assert await office.all() == [letter]


async def test_one_that_was_a_dead_letter_before_keeps_its_own_headers_alone(office: Office) -> None:
    """A consumer of the dead letters, too, may put one aside; and a record may come with a header named as ours."""
    odd = ("origin_topic", b"mine")
    await office.park(b"x", headers=[TRACE, odd])
    [letter] = await office.all()
    await office.replay(letter)
    [again] = await office.on(topics.CONTACTS)
    assert list(again.headers) == [TRACE, odd]


async def test_what_cannot_be_sent_back_is_refused_with_the_reason(office: Office) -> None:
    await office.park(b"x" * 2_000_000, "large")
    await office.park(b"x", "foreign", topic="another.topic")
    await office.park(b"x", "itself", topic=office.settings.topic(topics.DEAD_LETTERS.name))
    await office.write(topics.DEAD_LETTERS, b"not ours")
    reasons = {each["error"]: (await office.replay(each)) for each in await office.all()}
    assert {each.status_code for each in reasons.values()} == {409}
    said = {error: answer.json()["detail"] for error, answer in reasons.items()}
    assert "2,000,000 bytes" in said["large"] and "too large" in said["large"]
    assert "another.topic[1] is no topic" in said["foreign"] and "dead-letters.v1[1]" in said["itself"]
    assert "do not say where" in said[None]
    assert await office.on(topics.CONTACTS) == []


@pytest.mark.parametrize("where", ["0/0", "0/9223372036854775807", "2147483647/0"])
async def test_one_that_is_not_there_is_a_404(office: Office, where: str) -> None:
    assert (await office.client.get(f"{PATH}/{where}", headers=OPERATOR)).status_code == 404
    assert (await office.client.post(f"{PATH}/{where}/replay", headers=OPERATOR)).status_code == 404


@pytest.mark.parametrize(("caller", "status"), [(authorization("acme", "owner"), 403), ({}, 401)])
async def test_a_tenants_owner_sees_none_and_sends_none_back(office: Office, caller: Any, status: int) -> None:
    await office.park(b"another tenant's")
    [letter] = await office.all()
    where = f"{PATH}/{letter['partition']}/{letter['offset']}"
    for path in (PATH, where):
        assert (await office.client.get(path, headers=caller)).status_code == status
    assert (await office.replay(letter, caller)).status_code == status
    assert await office.on(topics.CONTACTS) == []


async def test_whoever_looks_or_sends_back_is_in_the_audit_log(office: Office, database: OwnDatabase) -> None:
    await office.park(b"x")
    [letter] = await office.all()
    await office.replay(letter)
    path = f"{PATH}/{letter['partition']}/{letter['offset']}/replay"
    api = engine(database.dsn("api"))
    async with tenant_session(api, "*") as connection:
        query = "SELECT DISTINCT role, action FROM audit_log WHERE path IN (:path, :listed)"
        told = (await connection.execute(text(query), {"path": path, "listed": PATH})).all()
    await api.dispose()
    replay = "POST /v1/dead-letters/{partition}/{offset}/replay"
    assert set(told) == {("operator", f"GET {PATH}"), ("operator", replay)}


async def test_a_broker_that_is_away_is_a_503_within_5_seconds(database: OwnDatabase, tmp_path: Path) -> None:
    app = create_app(
        ApiSettings(kafka="127.0.0.1:9", spool=tmp_path, signing_keys=KEY_FILE, ingest_api_dsn=database.dsn("api"))
    )
    transport = httpx2.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
        began = time.monotonic()
        answer = await client.get(PATH, headers=OPERATOR)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert time.monotonic() - began < 6
