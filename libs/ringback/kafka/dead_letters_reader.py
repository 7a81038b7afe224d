"""What lies on dead-letters.v1, for people: newest first, a page at a time, or one of it.

Without a group, and with bounded memory: of a page's records only what is shown of them is kept, never a value.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from ringback.events import topics
from ringback.events.dead_letters import Origin, OwnHeaders, told_by
from ringback.kafka.security import connection
from ringback.runtime.settings import Settings

#: Records that are read back at a time; at most so many are kept of each partition.
CHUNK = 20
#: Where a filter lets little pass, a page is handed over after so long, however few it has.
PATIENCE_SECONDS = 2.0
FETCH_MS = 1_000
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

#: By partition, the offset that the next page stays below.
Below = dict[int, int]


class DeadLetter(NamedTuple):
    """`headers` are the record's own. `size` is of its value, in bytes, also where that was too large to be kept."""

    partition: int
    offset: int
    at: datetime
    origin: Origin | None
    key: bytes | None
    value: bytes | None
    headers: OwnHeaders
    size: int


class Page(NamedTuple):
    """Without their values. `below` is None where nothing is behind the last of them."""

    letters: list[DeadLetter]
    below: Below | None


def dead_letter(record: ConsumerRecord) -> DeadLetter:
    """A record of the topic, whoever wrote it."""
    headers, origin = told_by(record.headers)
    at = datetime.fromtimestamp(max(record.timestamp, 0) / 1_000, UTC)
    size = len(record.value or b"")
    if origin is not None and origin.value_bytes is not None:
        size = origin.value_bytes
    return DeadLetter(record.partition, record.offset, at, origin, record.key, record.value, headers, size)


class DeadLettersReader:
    """For one answer; raises KafkaError or TimeoutError where the broker is away."""

    def __init__(self, consumer: AIOKafkaConsumer, settings: Settings) -> None:
        self._consumer = consumer
        topic = settings.topic(topics.DEAD_LETTERS.name)
        self._partitions = [TopicPartition(topic, each) for each in range(settings.partitions)]

    async def page(self, wanted: Callable[[DeadLetter], bool], limit: int, since: datetime, below: Below) -> Page:
        """The newest `limit` that are `wanted`, or fewer where the search takes long: then `below` leads on."""
        ways = await self._ways(since, below)
        until, found = monotonic() + PATIENCE_SECONDS, list[DeadLetter]()
        while len(found) < limit and monotonic() < until:
            for way in ways:
                await way.look()
            held = [way for way in ways if way.held]
            if not held:
                return Page(found, None)
            letter = max(held, key=lambda way: way.held[-1].at).held.pop()
            if letter.at >= since and wanted(letter):
                found.append(letter)
        rest = {way.partition.partition: way.below for way in ways}
        return Page(found, rest if any(way.goes_on for way in ways) else None)

    async def one(self, partition: int, offset: int) -> DeadLetter | None:
        """Whole; None where there is none, or its time is over. The partition has to be one of the topic's."""
        where = self._partitions[partition]
        first, end = (await self._consumer.beginning_offsets([where]))[where], (await self._ends([where]))[where]
        if not first <= offset < end:
            return None
        async for record in _records(self._consumer, where, offset, offset + 1):
            return dead_letter(record)
        return None

    async def _ways(self, since: datetime, below: Below) -> list["_WayBack"]:
        firsts = await self._consumer.beginning_offsets(self._partitions)
        if since > NEVER:
            moment = int(since.timestamp() * 1_000)
            found = await self._consumer.offsets_for_times(dict.fromkeys(self._partitions, moment))
            firsts |= {where: at.offset for where, at in found.items() if at is not None}
        ends = await self._ends(self._partitions)
        return [
            _WayBack(self._consumer, where, firsts[where], min(below.get(where.partition, end), end))
            for where, end in ends.items()
        ]

    async def _ends(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(partitions)
        return ends


class _WayBack:
    """Through one partition, from its end to its beginning."""

    def __init__(self, consumer: AIOKafkaConsumer, partition: TopicPartition, first: int, end: int) -> None:
        self._consumer, self.partition = consumer, partition
        self._first, self._unread = first, max(first, end)
        #: Oldest first.
        self.held: list[DeadLetter] = []

    @property
    def below(self) -> int:
        """All from here on was handed over."""
        return self.held[-1].offset + 1 if self.held else self._unread

    @property
    def goes_on(self) -> bool:
        """Whether anything is left."""
        return self.below > self._first

    async def look(self) -> None:
        """Holds something, if anything is left."""
        while not self.held and self._unread > self._first:
            start = max(self._first, self._unread - CHUNK)
            async for record in _records(self._consumer, self.partition, start, self._unread):
                self.held.append(dead_letter(record)._replace(value=None))
            self._unread = start


async def _records(
    consumer: AIOKafkaConsumer, partition: TopicPartition, start: int, end: int
) -> AsyncIterator[ConsumerRecord]:
    """From `start` up to `end`; a record is let go before the next is fetched."""
    consumer.assign([partition])
    consumer.seek(partition, start)
    while await consumer.position(partition) < end:
        for record in (await consumer.getmany(partition, timeout_ms=FETCH_MS, max_records=1)).get(partition, ()):
            if record.offset < end:
                yield record


@asynccontextmanager
async def dead_letters_reader(settings: Settings) -> AsyncIterator[DeadLettersReader]:
    """A client for one answer: people ask seldom, and an API need not wait for a broker at its start."""
    consumer = AIOKafkaConsumer(
        **connection(settings),
        client_id=settings.instance,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=50,
        max_partition_fetch_bytes=2_097_152,
    )
    try:
        await consumer.start()
        yield DeadLettersReader(consumer, settings)
    finally:
        await consumer.stop()
