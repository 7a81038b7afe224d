"""Tenants whose records are told as events, exported over HTTP and imported again as a table."""

import csv
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx2
from fastapi import FastAPI
from msgspec.structs import replace

from ringback.events import Entity, Envelope, MatchOn, Policy
from ringback.events.codec import CODECS, encode
from ringback.ledger.intake import Received
from ringback.ledger.receiver import apply
from services.ingest import parse
from services.ingest.mapping import suggest
from services.ingest.parse import Bad, Data, Good
from services.ingest.sender.encoding import RECORDED, Encoder
from services.ingest.sources.accepting import Chosen, accept
from tests.integration.fold.three_services import DOMAINS, Services
from tests.signing import authorization

SERVICE = {"contacts": "contacts", "conversations": "conversations", "messages": "conversations", "calls": "calls"}


class Apis(NamedTuple):
    """Each service's, by its name."""

    apps: dict[str, FastAPI]
    clients: dict[str, httpx2.AsyncClient]

    async def get(self, entity: str, tenant: str, path: str = "exports", **query: Any) -> httpx2.Response:
        """As a viewer."""
        client = self.clients[SERVICE[entity]]
        return await client.get(f"/v1/{path}/{entity}", params=query, headers=authorization(tenant))

    async def export(self, entity: Entity, tenant: str, **query: Any) -> bytes:
        answer = await self.get(entity, tenant, **query)
        assert answer.status_code == 200, answer.text
        return answer.content


@asynccontextmanager
async def apis() -> AsyncIterator[Apis]:
    """Their lifespans too."""
    async with AsyncExitStack() as stack:
        apps = {name: import_module(f"services.{name}.api").create_app() for name in set(SERVICE.values())}
        clients = {}
        for name, app in apps.items():
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx2.ASGITransport(app=app)
            clients[name] = await stack.enter_async_context(
                httpx2.AsyncClient(transport=transport, base_url="http://test")
            )
        yield Apis(apps, clients)


class Origin(NamedTuple):
    """An import, as its events name it."""

    tenant_id: str
    id: UUID
    dry_run: bool = False
    on_duplicate: Policy = "update"
    match_on: MatchOn = "both"


async def tell(services: Services, tenant: str, records: Iterable[tuple[Entity, Data]]) -> None:
    """As events of no import, in order."""
    await _deliver(services, [_received(tenant, entity, data) for entity, data in records])


def _received(tenant: str, entity: Entity, data: Data) -> Received:
    event: Envelope = RECORDED[entity](
        specversion="1.0", id=str(uuid4()), source="/tests", tenant=tenant, partitionkey=tenant, data=data
    )
    return Received(entity, CODECS[entity].decode(tenant.encode(), encode(event)))


async def bring(services: Services, tenant: str, entity: Entity, rows: Sequence[Good | Bad]) -> None:
    """As the rows of an import."""
    encoder = Encoder(Origin(tenant, uuid4()), entity)
    assert not [row for row in rows if isinstance(row, Bad)]
    values = [encoder.recorded(row.number, row.data) for row in rows if isinstance(row, Good)]
    await _deliver(services, [Received(entity, CODECS[entity].decode(tenant.encode(), value)) for value in values])


async def _deliver(services: Services, events: Sequence[Received]) -> None:
    """To each service its own, in one batch."""
    for domain in DOMAINS:
        if own := [each for each in events if each.entity in domain.entities]:
            await apply(services.connections[domain.name], domain, own)


async def read(data: bytes, filename: str, source: str = "parser-csv") -> list[Good | Bad]:
    """A table's rows as an import reads them that nobody has mapped by hand."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(data)
        accepted = await accept(path, Path(folder) / "rows", filename, Chosen())
        [(entity, member)] = accepted.upload.members.items()
        assert accepted.head is not None and entity == filename.partition("-")[0]
        suggested = suggest(entity, accepted.head.header, [row.cells for row in accepted.head.rows], "US")
        assert not [each for each in suggested if not each.certain]
        mapping = tuple(each.target for each in suggested)
        survey = parse.survey(member, entity, replace(accepted.upload.layouts[entity], mapping=mapping))
        frame = parse.Frame(source=source, region="US", zone=ZoneInfo("UTC"))
        return list(parse.read(member, entity, frame, survey))


def table(data: bytes) -> list[dict[str, str]]:
    """A CSV's rows but for when each was made."""
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))
    for row in rows:
        assert row.pop("created_at")
    return rows
