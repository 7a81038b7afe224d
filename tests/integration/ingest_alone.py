"""Ingest alone on the real servers: its API in this process, its worker in one of its own."""

import asyncio
import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from ringback.kafka.declare import declare
from ringback.postgres.migrations import upgrade
from ringback.runtime.settings import Settings
from services.ingest.api import create_app
from services.ingest.settings import ApiSettings
from tests.integration.ingest_receiver import Receiver
from tests.integration.own_database import OwnDatabase
from tests.signing import KEY_FILE, authorization
from tests.stack import Infrastructure

MIGRATIONS = Path(__file__).parents[2] / "services" / "ingest" / "migrations"


def archive(contacts: int = 0, messages: int = 0, **manifest: Any) -> bytes:
    """Every tenth contact has no usable phone; messages are all good."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        phones = (f"+1415555{2_000 + each:04d}" if each % 10 else f"none {each}" for each in range(1, contacts + 1))
        file.writestr("contacts.csv", "phone\n" + "".join(f"{phone}\n" for phone in phones))
        rows = (
            f"m{each},+14155552671,+14155552672,inbound,text {each},2026-01-02T03:04:05Z\n" for each in range(messages)
        )
        file.writestr("messages.csv", "external_message_id,from,to,direction,body,sent_at\n" + "".join(rows))
        file.writestr("manifest.json", json.dumps(manifest))
    return written.getvalue()


@dataclass
class Ingest:
    """`client` calls the API as the owner of `acme`, unless told otherwise."""

    settings: Settings
    api: ApiSettings
    environment: dict[str, str]
    client: httpx2.AsyncClient
    receiver: Receiver

    def as_caller(self, tenant: str, role: str = "owner") -> dict[str, str]:
        return authorization(tenant, role)

    async def upload(self, content: bytes, tenant: str = "acme", role: str = "owner", **form: str) -> httpx2.Response:
        return await self.client.post(
            "/v1/imports",
            files={"file": ("export.zip", content)},
            data=form,
            headers=self.as_caller(tenant, role),
        )

    async def get(self, path: str, tenant: str = "acme") -> Any:
        answer = await self.client.get(path, headers=self.as_caller(tenant))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ended(self, import_id: str, tenant: str = "acme", within: float = 60) -> Any:
        return await self.until(import_id, lambda it: it["ended_at"] is not None, tenant, within)

    async def until(self, import_id: str, condition: Any, tenant: str = "acme", within: float = 60) -> Any:
        deadline = time.monotonic() + within
        while not condition(it := await self.get(f"/v1/imports/{import_id}", tenant)):
            assert time.monotonic() < deadline, it
            await asyncio.sleep(0.05)
        return it

    async def errors(self, import_id: str, limit: int = 200) -> list[Any]:
        items, cursor = [], ""
        while cursor is not None:
            page = await self.get(
                f"/v1/imports/{import_id}/errors?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
            )
            items += page["items"]
            cursor = page["next_cursor"]
        return items

    async def execute(self, statement: str, *values: Any) -> None:
        """As its worker may."""
        connection = await asyncpg.connect(self.environment["RINGBACK_INGEST_WRITER_DSN"])
        await connection.execute(statement, *values)
        await connection.close()

    @asynccontextmanager
    async def worker(self, **environment: str) -> AsyncIterator[subprocess.Popen[bytes]]:
        """Ended by its id, if it has not ended by then."""
        command = [sys.executable, "-m", "services.ingest", "worker"]
        process = await asyncio.to_thread(subprocess.Popen, command, env=self.environment | environment)
        try:
            yield process
        finally:
            process.kill()
            await asyncio.to_thread(process.wait)


async def _forget_imports(dsn: str) -> None:
    """The database may be the session's: what another test left waiting must not be worked on in this one."""
    connection = await asyncpg.connect(dsn)
    await connection.execute("TRUNCATE imports CASCADE")
    await connection.close()


@asynccontextmanager
async def ingest_on(
    infrastructure: Infrastructure, spool: Path, prefix: str, database: OwnDatabase | None = None, **environment: str
) -> AsyncIterator[Ingest]:
    """`environment` is the worker's, and the API's settings too; without a `database`, the session's is taken."""
    dsn = database.dsn if database else partial(infrastructure.dsn, "ingest")
    await asyncio.to_thread(upgrade, MIGRATIONS, dsn("owner"))
    await _forget_imports(dsn("owner"))
    own = {
        "RINGBACK_KAFKA": infrastructure.bootstrap,
        "RINGBACK_TOPIC_PREFIX": prefix,
        "RINGBACK_PARTITIONS": "3",
        "RINGBACK_SPOOL": str(spool),
        "RINGBACK_INGEST_WRITER_DSN": dsn("writer"),
        **environment,
    }
    settings = Settings(kafka=infrastructure.bootstrap, topic_prefix=prefix, partitions=3)
    await declare(settings)
    told = {name.removeprefix("RINGBACK_").lower(): value for name, value in environment.items()}
    told = {"spool": spool, "signing_keys": KEY_FILE, "ingest_api_dsn": dsn("api")} | told
    api = ApiSettings.model_validate(told)
    app = create_app(api)
    client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://ingest")
    async with Receiver(settings).running() as receiver, app.router.lifespan_context(app), client:
        yield Ingest(settings, api, os.environ | own, client, receiver)
