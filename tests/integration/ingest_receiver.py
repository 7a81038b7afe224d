"""A small receiver where the domain services will stand: it takes what the protocol allows, and remembers."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from ringback.events import Entity, ImportClosed, ImportUndone, Notice, RowRejected, Tallied, Tally, topics
from ringback.events.codec import CODECS, encode
from ringback.ledger.line import MOST_FAILURES, Line, Undone
from ringback.runtime.settings import Settings

Key = tuple[str, Entity]


class Receiver:
    """In memory, and so it forgets nothing while senders die. `deaf` receives, and says nothing of it.

    `halts_behind` that many rows it rests, until `goes_on` is set.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._entities = {settings.topic(topic.name): entity for entity, topic in topics.OF_ENTITY.items()}
        self.lines: dict[Key, Line] = {}
        self.taken: dict[Key, list[int]] = defaultdict(list)
        self.dropped: Counter[Key] = Counter()
        self.events: dict[Key, list[object]] = defaultdict(list)
        self.refuse: set[int] = set()
        self.deaf = False
        self.halts_behind: int | None = None
        self.goes_on = asyncio.Event()
        self.batch = 1_000

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Receiver"]:
        producer = AIOKafkaProducer(bootstrap_servers=self._settings.kafka, acks="all")
        consumer = AIOKafkaConsumer(bootstrap_servers=self._settings.kafka, auto_offset_reset="earliest")
        await producer.start()
        await consumer.start()
        consumer.assign(
            [TopicPartition(topic, each) for topic in self._entities for each in range(self._settings.partitions)]
        )
        task = asyncio.create_task(self._run(consumer, producer))
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                task.result()
            await consumer.stop()
            await producer.stop()

    async def _run(self, consumer: AIOKafkaConsumer, producer: AIOKafkaProducer) -> None:
        while True:
            if self.halts:
                await self.goes_on.wait()
                self.halts_behind = None
            by_partition = await consumer.getmany(timeout_ms=200, max_records=self.batch)
            for records in by_partition.values():
                for line in self._receive(records):
                    if not self.deaf:
                        await self._tell(producer, line)

    @property
    def halts(self) -> bool:
        return self.halts_behind is not None and sum(map(len, self.taken.values())) >= self.halts_behind

    async def _tell(self, producer: AIOKafkaProducer, line: Line) -> None:
        topic = self._settings.topic(topics.TALLIES.name)
        await producer.send(topic, encode(_tallied(line)), key=line.tenant.encode())

    def _receive(self, records: Iterable[ConsumerRecord]) -> list[Line]:
        moved: dict[Key, Line] = {}
        for record in records:
            entity = self._entities[record.topic]
            event = CODECS[entity].decode(record.key, record.value, record.headers)
            key = event.importid, entity
            moved[key] = self._line(event, entity)
            self._take(key, event)
        return list(moved.values())

    def _line(self, event: object, entity: Entity) -> Line:
        key = event.importid, entity
        if key not in self.lines:
            self.lines[key] = Line(tenant=event.tenant, import_id=event.importid, entity=entity, dry_run=event.dryrun)
        return self.lines[key]

    def _take(self, key: Key, event: object) -> None:
        line = self.lines[key]
        if isinstance(event, ImportClosed):
            line.closed = line.closed or event.sequence in (None, line.seen + 1)
        elif line.closed or event.sequence != line.seen + 1:
            self.dropped[key] += 1
        else:
            self.taken[key].append(event.sequence)
            self.events[key].append(event)
            self._count(line, event)

    def _count(self, line: Line, event: object) -> None:
        line.seen += 1
        if isinstance(event, ImportUndone):
            line.count_undone(Undone(removed=1))
        elif isinstance(event, RowRejected):
            line.failed += 1
        elif event.sequence in self.refuse:
            line.failed += 1
            if len(line.failures) <= MOST_FAILURES:
                line.failures.append(Notice(sequence=event.sequence, code="refused", message="The database refuses."))
        else:
            line.new += 1


def _tallied(line: Line) -> Tallied:
    return Tallied(
        specversion="1.0",
        id=f"{line.import_id}/{line.entity}/{line.seen}",
        source="/tests",
        tenant=line.tenant,
        partitionkey=line.tenant,
        importid=line.import_id,
        data=Tally(
            import_id=line.import_id,
            entity=line.entity,
            dry_run=line.dry_run,
            seen=line.seen,
            new=line.new,
            updated=line.updated,
            skipped=line.skipped,
            failed=line.failed,
            removed=line.removed,
            closed=line.closed,
            failures=line.failures,
            at=datetime.now(UTC),
        ),
    )
