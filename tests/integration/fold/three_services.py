"""The three services on real databases: their own folds and ledgers, with no Kafka between."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from ringback.ledger.intake import Received
from ringback.ledger.receiver import Domain, apply
from ringback.ledger.sweeper import sweep
from ringback.ledger.tables import COUNTS
from ringback.postgres.connection import connect
from ringback.postgres.migrations import upgrade
from ringback.postgres.tenancy import engine
from services.calls.worker import DOMAIN as CALLS
from services.contacts.worker import DOMAIN as CONTACTS
from services.conversations.worker import DOMAIN as CONVERSATIONS
from tests.integration.fold import shown
from tests.integration.fold.deliveries import deliveries
from tests.stack import Infrastructure

DOMAINS = (CONTACTS, CONVERSATIONS, CALLS)
SERVICES = Path(__file__).parents[3] / "services"


@dataclass
class Services:
    """A writer's connection to each, what the API reads conversations by, and what it changes contacts by."""

    connections: dict[str, asyncpg.Connection]
    conversations_api: AsyncEngine
    contacts_api: AsyncEngine

    async def receive(self, events: Sequence[Received], rnd: Random) -> None:
        """Each service gets those of its topics, in order."""
        for domain in DOMAINS:
            own = [each for each in events if each.entity in domain.entities]
            for batch in deliveries(own, rnd):
                await apply(self.connections[domain.name], domain, batch)

    async def counts(self, import_id: UUID) -> dict[str, dict[str, int]]:
        """The ledger's lines, with `rows` for what they have seen."""
        lines = [row for each in self.connections.values() for row in await each.fetch(LINES, import_id)]
        assert all(row["closed"] for row in lines)
        return {row["entity"]: {"rows": row["seen"]} | {name: row[name] for name in COUNTS[1:]} for row in lines}

    async def snapshot(self, tenant: str) -> dict[str, list[shown.Shown]]:
        """What the tenant has."""
        conversations, messages = await shown.conversations(
            self.connections["conversations"], self.conversations_api, tenant
        )
        return {
            "contacts": shown.in_order((await self.contacts(tenant)).values()),
            "conversations": conversations,
            "messages": messages,
            "calls": await shown.calls(self.connections["calls"], tenant),
        }

    async def contacts(self, tenant: str) -> dict[int, shown.Shown]:
        """By id, the deleted ones too."""
        return await shown.contacts(self.connections["contacts"], tenant)

    async def readable(self, tenant: str) -> list[tuple[str, list[asyncpg.Record]]]:
        """Every row of every table that is neither a shadow nor the ledger."""
        return [
            (table, await self.connections[domain.name].fetch(ALL.format(table), tenant))
            for domain, table in self._tables()
        ]

    async def sweep(self) -> None:
        """Empties the shadows of closed dry runs."""
        for domain in DOMAINS:
            await sweep(self.connections[domain.name], domain)

    async def shadowed(self, tenant: str) -> int:
        """How many rows the shadows have."""
        count = "SELECT count(*) FROM {} WHERE tenant_id = $1"
        return sum(
            [
                await self.connections[domain.name].fetchval(count.format(shadow), tenant)
                for domain in DOMAINS
                for shadow in domain.shadows
            ]
        )

    def _tables(self) -> Iterable[tuple[Domain, str]]:
        return [(domain, shadow.removesuffix("_shadow")) for domain in DOMAINS for shadow in domain.shadows]


LINES = "SELECT * FROM ledger WHERE import_id = $1"
ALL = "SELECT * FROM {0} WHERE tenant_id = $1 ORDER BY {0}::text"


@asynccontextmanager
async def connected(infrastructure: Infrastructure) -> AsyncIterator[Services]:
    """Migrated, with a connection to each."""
    async with AsyncExitStack() as stack:
        connections = {}
        for domain in DOMAINS:
            connection = await connect(infrastructure.dsn(domain.name, "writer"), "fold-tests")
            connections[domain.name] = connection
            stack.push_async_callback(connection.close)
        apis = [engine(infrastructure.dsn(name, "api")) for name in ("conversations", "contacts")]
        for each in apis:
            stack.push_async_callback(each.dispose)
        yield Services(connections, *apis)


def migrate(infrastructure: Infrastructure) -> None:
    """Brings the three databases forward."""
    for domain in DOMAINS:
        upgrade(SERVICES / domain.name / "migrations", infrastructure.dsn(domain.name, "owner"))
