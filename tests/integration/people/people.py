"""The contacts API in this process, on a database of its own, and the worker's fold beside it."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI

from ringback.events import Contact, Policy
from ringback.events.contacts import ContactRecorded
from ringback.ledger.intake import Received
from ringback.ledger.receiver import apply
from ringback.postgres.connection import connect
from services.contacts.api import create_app
from services.contacts.worker import DOMAIN
from tests.integration.own_database import own_database
from tests.signing import KEY_FILE, authorization
from tests.stack import Infrastructure

NOWHERE = "http://127.0.0.1:9"
JSON = {"Content-Type": "application/json"}


@dataclass
class People:
    """`tenant` is one that nobody else has."""

    app: FastAPI
    client: httpx2.AsyncClient
    writer: asyncpg.Connection
    tenant: str = ""

    async def ask(self, method: str, path: str, role: str = "member", **more: Any) -> httpx2.Response:
        headers = authorization(self.tenant, role) | more.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **more)

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.ask("GET", path, "viewer", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def patch(self, contact_id: int, said: Any, status: int = 200, **headers: str) -> Any:
        answer = await self.ask("PATCH", f"/v1/contacts/{contact_id}", content=json.dumps(said), headers=JSON | headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def names(self, **query: Any) -> list[str]:
        """Of the contacts that are found, by their first names."""
        return [each["first_name"] for each in (await self.get("/v1/contacts", limit=200, **query))["items"]]

    async def import_rows(self, *rows: dict[str, Any], policy: Policy = "update") -> list[int]:
        """As rows of a file of the source `crm`; the contacts there are then."""
        await self._run(rows, onduplicate=policy)
        return await self.ids()

    async def try_rows(self, *rows: dict[str, Any]) -> None:
        """As rows of a dry run."""
        await self._run(rows, dryrun=True)

    async def _run(self, rows: Iterable[dict[str, Any]], **envelope: Any) -> None:
        of_import = {"importid": str(uuid4()), **envelope}
        events = [self._event(row, sequence=number, **of_import) for number, row in enumerate(rows, start=1)]
        await apply(self.writer, DOMAIN, events)

    async def tell(self, at: datetime, **row: Any) -> list[int]:
        """As a live event; the contacts there are then."""
        await apply(self.writer, DOMAIN, [self._event(row, time=at)])
        return await self.ids()

    async def ids(self) -> list[int]:
        return [each["id"] for each in (await self.get("/v1/contacts", limit=200))["items"]]

    def _event(self, row: dict[str, Any], **envelope: Any) -> Received:
        event = ContactRecorded(
            specversion="1.0",
            id=str(uuid4()),
            source="/tests",
            tenant=self.tenant,
            partitionkey=self.tenant,
            data=Contact(source="crm", **row),
            **envelope,
        )
        return Received("contacts", event)


@asynccontextmanager
async def people_on(infrastructure: Infrastructure, name: str) -> AsyncIterator[People]:
    """The other services are away."""
    async with own_database(infrastructure, "contacts", name) as database:
        await database.migrate()
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("RINGBACK_CONTACTS_API_DSN", database.dsn("api"))
            environment.setenv("RINGBACK_SIGNING_KEYS", str(KEY_FILE))
            for peer in ("INGEST", "CONVERSATIONS", "CALLS"):
                environment.setenv(f"RINGBACK_{peer}_URL", NOWHERE)
            app = create_app()
        writer = await connect(database.dsn("writer"), "tests")
        client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://contacts")
        async with app.router.lifespan_context(app), client:
            yield People(app, client, writer)
        await writer.close()
