"""What the gateway shows, and to whom; without a broker, the snapshots are put in by hand."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from ringback.events import EntityProgress, Snapshot, Status
from services.progress.gateway import create_app
from services.progress.pace import Pace
from services.progress.settings import GatewaySettings
from services.progress.snapshots import Message, Slots, Snapshots
from tests.signing import KEY_FILE, authorization, token

START = datetime(2024, 5, 1, tzinfo=UTC)


def seen(import_id: str, tenant: str, done: int, *, at: float = 0, status: Status = "running") -> Snapshot:
    counted = EntityProgress(total=100, processed=done, new=done, updated=0, skipped=0, failed=0)
    return Snapshot(
        import_id=import_id,
        tenant=tenant,
        status=status,
        dry_run=False,
        revision=1,
        entities={"calls": counted},
        updated_at=START + timedelta(seconds=at),
        started_at=START,
    )


@pytest.fixture
def client() -> TestClient:
    """Not entered, so that it does not look for a broker."""
    client = TestClient(create_app(GatewaySettings(signing_keys=KEY_FILE)))
    client.app.state.readiness.ready = True  # type: ignore[attr-defined]
    for import_id, tenant in (("i1", "acme"), ("i2", "acme"), ("i3", "else")):
        client.app.state.snapshots.take(seen(import_id, tenant, 5))  # type: ignore[attr-defined]
    client.app.state.snapshots.show()  # type: ignore[attr-defined]
    return client


def processed(message: Message) -> int:
    return int(msgspec.json.decode(message.body)["entities"]["calls"]["processed"])


def protocols(tenant: str = "acme", prefix: str = "bearer.") -> list[str]:
    return ["ringback.v1", prefix + token(tenant)]


def get(client: TestClient, import_id: str, tenant: str) -> Any:
    return client.get(f"/v1/progress/{import_id}", headers=authorization(tenant))


def test_an_import_is_shown_to_its_tenant_alone(client: TestClient) -> None:
    assert get(client, "i1", "acme").json()["entities"]["calls"]["processed"] == 5
    assert get(client, "I1", "acme").json() == get(client, "i1", "acme").json()
    assert get(client, "i1", "else").status_code == 404
    assert get(client, "nothing", "acme").status_code == 404
    assert client.get("/v1/progress/i1").status_code == 401


def test_before_it_has_caught_up_it_does_not_deny_an_import(client: TestClient) -> None:
    client.app.state.readiness.ready = False  # type: ignore[attr-defined]
    assert get(client, "nothing", "acme").status_code == 503


@pytest.mark.parametrize("prefix", ["bearer.", ""])
def test_a_socket_shows_the_tenants_imports_first(client: TestClient, prefix: str) -> None:
    with client.websocket_connect("/v1/progress/ws", subprotocols=protocols(prefix=prefix)) as socket:
        assert socket.accepted_subprotocol == "ringback.v1"
        assert {socket.receive_json()["import_id"] for _ in range(2)} == {"i1", "i2"}


def test_a_socket_may_ask_for_one_import_and_bring_a_header(client: TestClient) -> None:
    with client.websocket_connect("/v1/progress/ws?import=i2", headers=authorization()) as socket:
        assert socket.receive_json()["import_id"] == "i2"
        client.app.state.snapshots.take(seen("i1", "acme", 6))  # type: ignore[attr-defined]
        client.app.state.snapshots.take(seen("i2", "acme", 7))  # type: ignore[attr-defined]
        assert socket.receive_json()["entities"]["calls"]["processed"] == 7


@pytest.mark.parametrize("offered", [[], ["ringback.v1"], ["ringback.v1", "bearer.x"], ["x.y.z"]])
def test_a_socket_without_a_good_token_is_closed_with_4401(client: TestClient, offered: list[str]) -> None:
    with client.websocket_connect(f"/v1/progress/ws?token={token()}", subprotocols=offered) as socket:
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
        assert closed.value.code == 4401


def test_a_zombies_lower_snapshot_is_not_shown(client: TestClient) -> None:
    client.app.state.snapshots.take(seen("i1", "acme", 4))  # type: ignore[attr-defined]
    client.app.state.snapshots.take(seen("i1", "else", 99))  # type: ignore[attr-defined]
    assert get(client, "i1", "acme").json()["entities"]["calls"]["processed"] == 5


async def test_a_gateway_that_begins_again_shows_nothing_older_than_what_its_readers_have_seen() -> None:
    """A reader saw 9 before the gateway was killed, and is back before all of the topic has been read again."""
    snapshots = Snapshots()
    with snapshots.reader("acme", "i1") as slots, snapshots.reader("acme", None) as others:
        for done in (3, 5, 9):
            snapshots.take(seen("i1", "acme", done))
            assert snapshots.message("acme", "i1") is None
        snapshots.take(seen("i2", "acme", 1))
        snapshots.show()
        assert processed(await slots.take()) == 9
        assert [processed(await others.take()) for _ in range(2)] == [9, 1]
        snapshots.take(seen("i1", "acme", 10))
        assert processed(await slots.take()) == 10


async def test_a_reader_that_takes_nothing_has_one_slot_an_import() -> None:
    snapshots = Snapshots()
    snapshots.show()
    with snapshots.reader("acme", None) as slots:
        for done in range(1, 51):
            snapshots.take(seen("i1", "acme", done))
            snapshots.take(seen("i2", "acme", done))
        taken = [await slots.take(), await slots.take()]
        assert all(b'"processed":50' in each.body for each in taken)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(slots.take(), 0.05)


async def test_an_import_that_changes_often_does_not_starve_another() -> None:
    slots = Slots()
    slots.put("busy", Message("1", b"1"))
    slots.put("calm", Message("1", b"1"))
    slots.put("busy", Message("2", b"2"))
    assert (await slots.take()).body == b"2"
    slots.put("busy", Message("3", b"3"))
    assert (await slots.take()).body == b"1"


@pytest.fixture
def pace() -> Iterator[Pace]:
    yield Pace()


def test_the_rate_is_that_of_the_last_seconds(pace: Pace) -> None:
    for second in range(31):
        told = pace.message(seen("i1", "acme", min(second, 20), at=second), START + timedelta(seconds=second))
    assert (told["rows_per_s"], told["elapsed_s"], told["remaining_s"]) == (0, 30, None)


def test_the_rest_is_foretold_by_the_rate(pace: Pace) -> None:
    pace.message(seen("i1", "acme", 0), START)
    told = pace.message(seen("i1", "acme", 20, at=10), START + timedelta(seconds=10))
    assert (told["rows_per_s"], told["elapsed_s"], told["remaining_s"]) == (2, 10, 40)


def test_a_finished_import_has_its_mean_rate_and_no_rest(pace: Pace) -> None:
    last = seen("i1", "acme", 100, at=50, status="finished")
    last.ended_at = START + timedelta(seconds=50)
    told = pace.message(last, START + timedelta(days=1))
    assert (told["rows_per_s"], told["elapsed_s"], told["remaining_s"]) == (2, 50, 0)
