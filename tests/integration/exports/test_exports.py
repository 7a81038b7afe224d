"""What is exported, to whom, and what it costs others."""

import asyncio
import csv
import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from ringback.events import Contact, Message
from ringback.exports.turns import OF_A_TENANT
from ringback.postgres.tenancy import tenant_session
from tests.faults.waiting import until
from tests.integration.exports.tenants import Apis, tell
from tests.integration.fold.three_services import Services
from tests.signing import authorization

DAY = datetime(2026, 1, 15, tzinfo=UTC)


def contact(number: int, **more: Any) -> Contact:
    return Contact(source="parser-csv", external_id=str(number), email=f"c{number}@example.com", **more)


async def ids(api: Apis, tenant: str, **query: Any) -> list[str]:
    rows = csv.DictReader(StringIO((await api.export("contacts", tenant, **query)).decode(), newline=""))
    return [row["external_contact_id"] for row in rows]


async def test_contacts_leave_by_age_those_that_are_asked_for_and_no_deleted_one(services: Services, api: Apis) -> None:
    tenant = str(uuid4())
    told = [contact(number, lists=["vip"] if number % 2 else [], name=f"n{number % 3}") for number in range(1, 8)]
    await tell(services, tenant, [("contacts", each) for each in told])
    assert await ids(api, tenant) == ["1", "2", "3", "4", "5", "6", "7"]
    assert await ids(api, tenant, limit=2) == ["1", "2"]
    assert await ids(api, tenant, list="vip") == ["1", "3", "5", "7"]
    assert await ids(api, tenant, list="vip", q="n1") == ["1", "7"]
    assert await ids(api, tenant, import_id=str(uuid4())) == []
    async with tenant_session(api.apps["contacts"].state.engine, tenant) as connection:
        await connection.execute(text("UPDATE contacts SET deleted_at = now() WHERE external_id = '3'"))
    assert await ids(api, tenant, list="vip") == ["1", "5", "7"]
    assert await ids(api, str(uuid4())) == []


async def test_messages_leave_with_whom_they_were_and_a_stub_comes_back_with_them(
    services: Services, api: Apis
) -> None:
    tenant = str(uuid4())
    sides = {"our_number": "+14155550100", "participants": ["+14155550111", "+14155550112"]}
    told = Message(
        source="quo", direction="inbound", sender="+14155550112", sent_at=DAY, external_conversation_id="c", **sides
    )
    await tell(services, tenant, [("messages", told)])
    [row] = json.loads(await api.export("messages", tenant, format="json", participant="+14155550112"))
    assert row["from"] == "+14155550112" and row["to"] == ["+14155550100", "+14155550111"]
    assert (row["sent_at"], row["external_conversation_id"]) == ("2026-01-15T00:00:00Z", "quo/c")
    assert await api.export("messages", tenant, format="ndjson", participant="+14155550113") == b""
    assert json.loads(await api.export("conversations", tenant, format="json")) == []


async def test_an_export_has_a_name_and_is_written_down(services: Services, api: Apis) -> None:
    tenant = str(uuid4())
    answer = await api.get("calls", tenant, format="xlsx")
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert answer.headers["content-disposition"] == f'attachment; filename="calls-{today}.xlsx"'
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    async with tenant_session(api.apps["calls"].state.engine, tenant) as connection:
        rows = await connection.execute(text("SELECT role, action, stage, status FROM audit_log ORDER BY at"))
        assert [tuple(row) for row in rows] == [
            ("viewer", "GET /v1/exports/calls", "asked", None),
            ("viewer", "GET /v1/exports/calls", "answered", 200),
        ]


async def test_what_does_not_fit_is_told_before_anything_is_sent(services: Services, api: Apis) -> None:
    tenant = str(uuid4())
    sides = {"our_number": "+14155550100", "participants": ["+14155550111"], "direction": "inbound"}
    await tell(services, tenant, [("messages", Message(source="quo", sent_at=DAY, body="x" * 40_000, **sides))])
    answer = await api.get("messages", tenant, format="xlsx")
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert "take csv, json or ndjson" in answer.json()["detail"]
    assert len(await api.export("messages", tenant)) > 40_000


async def test_whoever_reads_slowly_holds_no_snapshot_and_only_their_own_turns(services: Services, api: Apis) -> None:
    tenant, app = str(uuid4()), api.apps["contacts"]
    await tell(services, tenant, [("contacts", contact(number, title="x" * 999)) for number in range(600)])
    readers = [Stalled(app, tenant) for _ in range(OF_A_TENANT)]
    for reader in readers:
        await reader.begun.wait()

    async def nothing_is_open() -> bool:
        open_ones = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'contacts_api' AND state <> 'idle'"
        return bool(await services.connections["contacts"].fetchval(open_ones) == 0)

    await until(nothing_is_open, within=20)
    refused = await api.get("contacts", tenant)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
    assert len(await ids(api, str(uuid4()))) == 0
    for reader in readers:
        await reader.leave()
    assert len(await ids(api, tenant)) == 600


class Stalled:
    """Somebody who takes the beginning of an export and no more, until they leave."""

    def __init__(self, app: Any, tenant: str) -> None:
        self.begun, self._left = asyncio.Event(), asyncio.Event()
        headers = [(name.lower().encode(), value.encode()) for name, value in authorization(tenant).items()]
        scope = {"type": "http", "method": "GET", "path": "/v1/exports/contacts", "raw_path": b"", "query_string": b""}
        more = {"headers": headers, "client": ("127.0.0.1", 1), "server": ("test", 80), "scheme": "http", "state": {}}
        self._task = asyncio.create_task(app({**scope, **more}, self._receive, self._send))

    async def leave(self) -> None:
        self._left.set()
        await self._task

    async def _receive(self) -> dict[str, Any]:
        if not self.begun.is_set():
            await self.begun.wait()
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message.get("body"):
            self.begun.set()
            await asyncio.Event().wait()
