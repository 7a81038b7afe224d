"""A domain worker: records → decode → one transaction → tally → commit offsets; and what to do when one fails."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Literal

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer, ConsumerRecord

from ringback.events import Entity, Tallied, topics
from ringback.events.binding import HEADERS
from ringback.events.codec import Unreadable, encode
from ringback.kafka.batches import Batch, Batches, patiently
from ringback.kafka.dead_letters import DeadLetters
from ringback.ledger.intake import Received
from ringback.ledger.line import Line
from ringback.ledger.reading import read
from ringback.ledger.receiver import Domain, apply
from ringback.postgres.database import Database
from ringback.postgres.errors import MALFORMED
from ringback.postgres.locks import evict_holders
from ringback.runtime import failpoints, metrics, tracing
from ringback.runtime.settings import Settings

log = structlog.get_logger()

Item = tuple[ConsumerRecord, Received]

#: Advisory locks live in shared memory; so many tenants at most share one transaction.
MOST_TENANTS = 1_000


class DomainWorker:
    """Carries the records of one service's topics into its tables."""

    def __init__(
        self, domain: Domain, settings: Settings, database: Database, batches: Batches, producer: AIOKafkaProducer
    ) -> None:
        self._domain = domain
        self._database = database
        self._batches = batches
        self._producer = producer
        self._tallies = settings.topic(topics.TALLIES.name)
        self._dead_letters = DeadLetters(producer, settings)
        self._ahead: asyncio.Task[tuple[Batch, list[Item]]] | None = None
        self._entities: dict[str, Entity] = {
            settings.topic(topics.OF_ENTITY[entity].name): entity for entity in domain.entities
        }
        metrics.no_dead_letters_yet(self._entities)

    async def step(self) -> bool:
        """One batch, whole; True where a closed line was in it. Raises TooManyDeadLetters with nothing of it committed.

        While its transaction waits for the database, the next one is read.
        """
        batch, items = await (self._ahead or asyncio.create_task(self._next()))
        self._ahead = asyncio.create_task(self._next())
        if not batch.records:
            return False
        links = tracing.causes(each.headers for each in batch.records if each.headers) if tracing.on() else ()
        with (
            structlog.contextvars.bound_contextvars(offsets=batch.told()),
            tracing.span(f"batch {self._domain.name}", "consumer", links=links, records=len(batch.records)),
        ):
            return await self._carry(batch, items)

    async def _carry(self, batch: Batch, items: Sequence[Item]) -> bool:
        began = monotonic()
        self._batches.busy = True
        lines = {line.key: line for part in split_by_tenants(items) for line in await self._write(part)}
        self._batches.busy = False
        failpoints.hit(f"{self._domain.name}.after-commit")
        await patiently(self._batches.wait, partial(self._announce, lines.values()))
        failpoints.hit(f"{self._domain.name}.after-tally")
        await self._batches.commit(batch)
        metrics.BATCH_RECORDS.observe(len(batch.records))
        metrics.BATCH_SECONDS.observe(monotonic() - began)
        return any(line.closed for line in lines.values())

    async def close(self) -> None:
        """What was read ahead is read again by whoever comes next: its offsets are not committed."""
        if self._ahead is not None:
            self._ahead.cancel()
            await asyncio.wait({self._ahead})

    async def _next(self) -> tuple[Batch, list[Item]]:
        batch = await self._batches.next()
        items: list[Item] = []
        counted = 0
        for record in batch.records:
            try:
                items.append((record, read(record, self._entities[record.topic])))
            except Unreadable as error:
                self._dead_letters.good(len(items) - counted)
                counted = len(items)
                await self._park(record, str(error), "unreadable")
        self._dead_letters.good(len(items) - counted)
        return batch, items

    async def _write(self, items: Sequence[Item]) -> Iterable[Line]:
        """The lines it moved. A batch that the database refuses is halved until the culprit stands alone."""
        batch = [received for _, received in items]
        try:
            with tracing.span("transaction", rows=len(batch)):
                return await self._database.run(partial(self._apply, batch))
        except MALFORMED as error:
            if len(items) > 1:
                middle = len(items) // 2
                return [*await self._write(items[:middle]), *await self._write(items[middle:])]
            return await self._refuse(*items[0], reason=repr(error))

    async def _apply(self, batch: Sequence[Received], connection: asyncpg.Connection) -> Iterable[Line]:
        try:
            return await apply(connection, self._domain, batch)
        except asyncpg.LockNotAvailableError:
            await evict_holders(connection, {received.event.tenant for received in batch})
            raise

    async def _refuse(self, record: ConsumerRecord, received: Received, reason: str) -> Iterable[Line]:
        """An import's row fails; one of no import, or whose ledger line is refused as well, is a dead letter."""
        if received.line_key is not None:
            with suppress(*MALFORMED):
                return await self._database.run(partial(self._apply, [received._replace(refused=reason)]))
        await self._park(record, reason, "refused")
        return []

    async def _park(self, record: ConsumerRecord, reason: str, kind: Literal["unreadable", "refused"]) -> None:
        self._dead_letters.bad(record, reason)
        await patiently(self._batches.wait, partial(self._dead_letters.park, record, reason))
        metrics.DEAD_LETTERS.labels(record.topic, kind).inc()

    async def _announce(self, lines: Iterable[Line]) -> None:
        """Every line that the batch spoke of, moved or not: a sender may be waiting to hear where it stands."""
        for line in lines:
            event = Tallied(
                specversion="1.0",
                id=f"{line.import_id}/{line.entity}/{line.seen}{'/closed' if line.closed else ''}",
                source=f"/{self._domain.name}",
                tenant=line.tenant,
                partitionkey=line.tenant,
                data=line.tally(datetime.now(UTC)),
            )
            await self._producer.send_and_wait(self._tallies, encode(event), key=line.tenant.encode(), headers=HEADERS)


def split_by_tenants(items: Sequence[Item], most: int = MOST_TENANTS) -> Iterator[Sequence[Item]]:
    """The batch in parts of at most `most` tenants each, in order."""
    start, tenants = 0, set[str]()
    for at, (_, received) in enumerate(items):
        if len(tenants) == most and received.event.tenant not in tenants:
            yield items[start:at]
            start, tenants = at, set()
        tenants.add(received.event.tenant)
    if start < len(items):
        yield items[start:]
