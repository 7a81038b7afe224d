"""Big batches of records from a group's topics, and their offsets, committed when the caller says so."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import NamedTuple, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from ringback.runtime.backoff import backoff
from ringback.runtime.outages import broker_away

log = structlog.get_logger()

T = TypeVar("T")

#: 5,000 records cost one round of statements about 150 ms here; smaller batches pay more for each row, larger ones
#: only make a cancel and a repeat longer.
MOST_RECORDS = 5_000

#: Records in one answer of the client: up to here they may be live events, which do not wait.
TRICKLE = 100
#: Well under the half second of rows that a sender keeps on their way.
GATHER_SECONDS = 0.1
#: Between two looks whether the moment is over.
LOOK_MS = 20


class Batch(NamedTuple):
    """Records, those of one partition in order, and the offsets to commit once they are done."""

    records: list[ConsumerRecord]
    offsets: dict[TopicPartition, int]

    def told(self) -> dict[str, int]:
        """The offsets, for people."""
        return {f"{each.topic}[{each.partition}]": offset for each, offset in self.offsets.items()}


class Batches:
    """`next`, work, `commit`: an offset is committed only after what stands before it was done.

    The next batch may be asked for while one is worked on.
    """

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._asking = False
        #: Of each partition that records came from, what comes after those that are done.
        self._done: dict[TopicPartition, int] = {}
        #: A batch is being worked on, so that nobody waits for the next one yet.
        self.busy = False

    async def next(self) -> Batch:
        """What came, or nothing where nothing came within a second.

        A trickle is handed over at once. A flood is gathered for a moment more, or as long as the last batch takes: a
        batch costs the same statements whether it holds 200 rows or 5,000.
        """
        self._asking = True
        try:
            by_partition = await self._gathered()
        finally:
            self._asking = False
        for partition in self._done.keys() - self._consumer.assignment():
            del self._done[partition]
        for partition, each in by_partition.items():
            self._done.setdefault(partition, each[0].offset)
        records = [record for each in by_partition.values() for record in each]
        return Batch(records, {partition: each[-1].offset + 1 for partition, each in by_partition.items()})

    async def _gathered(self) -> dict[TopicPartition, list[ConsumerRecord]]:
        batch: dict[TopicPartition, list[ConsumerRecord]] = {}
        batch |= await self._consumer.getmany(timeout_ms=1_000, max_records=MOST_RECORDS)
        count = sum(map(len, batch.values()))
        until = monotonic() + GATHER_SECONDS
        while TRICKLE < count < MOST_RECORDS and (self.busy or monotonic() < until):
            more = await self._consumer.getmany(timeout_ms=LOOK_MS, max_records=MOST_RECORDS - count)
            for partition, records in more.items():
                batch.setdefault(partition, []).extend(records)
                count += len(records)
        return batch

    async def commit(self, batch: Batch) -> None:
        """A partition that went to another member meanwhile is that member's to commit; ours are repeats there."""
        for seconds in backoff():
            try:
                await self._consumer.commit(batch.offsets)
            except (CommitFailedError, IllegalStateError) as error:
                log.warning("offsets_not_committed", error=repr(error))
            except KafkaError as error:
                broker_away(error, retry_in=seconds)
                await self.wait(seconds)
                continue
            self._done |= batch.offsets
            return

    def lag(self) -> dict[tuple[str, ...], float]:
        """Records that are not done, by topic and partition, up to the end that the broker told with the last ones."""
        ends = {partition: self._consumer.highwater(partition) for partition in self._consumer.assignment()}
        return {
            (partition.topic, str(partition.partition)): max(0, end - self._done.get(partition, end))
            for partition, end in ends.items()
            if end is not None
        }

    async def wait(self, seconds: float) -> None:
        """Waits with all partitions paused, yet polled, so that the group does not give us up."""
        if self._asking:
            await asyncio.sleep(seconds)
            return
        paused = self._consumer.assignment()
        self._consumer.pause(*paused)
        early = await self._consumer.getmany(timeout_ms=int(seconds * 1_000))
        for partition, records in early.items():
            self._consumer.seek(partition, records[0].offset)
        self._consumer.resume(*(paused & self._consumer.assignment()))


async def patiently(wait: Callable[[float], Awaitable[None]], send: Callable[[], Awaitable[T]]) -> T:
    """Repeats a send while the broker is away."""
    for seconds in backoff():
        try:
            return await send()
        except KafkaError as error:
            broker_away(error, retry_in=seconds)
            await wait(seconds)
    raise AssertionError("backoff has no end")


async def started(client: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    """Starts a client as soon as the broker is there."""
    await patiently(asyncio.sleep, client.start)
