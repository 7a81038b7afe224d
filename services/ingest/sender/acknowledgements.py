"""The tallies of all imports, read by every worker; each import at work here gets its own."""

import asyncio
from collections.abc import Callable, Iterable

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from ringback.events import Tally, topics
from ringback.events.codec import TALLIES, Unreadable
from ringback.kafka.clients import FETCH_MAX_WAIT_MS
from ringback.kafka.security import connection
from ringback.runtime.backoff import backoff
from ringback.runtime.outages import broker_away
from ringback.runtime.settings import Settings

log = structlog.get_logger()

#: Tenant and import: a tally is told only to an import of its own tenant.
Key = tuple[str, str]
Listener = Callable[[Tally], None]


class Acknowledgements:
    """Without a group, and from the end: whoever sends is answered, so that nothing before the start matters."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._topic = settings.topic(topics.TALLIES.name)
        self._listeners: dict[Key, Listener] = {}
        self._consumer: AIOKafkaConsumer | None = None

    def listen(self, key: Key, listener: Listener) -> None:
        """From now on, until `leave`."""
        self._listeners[key] = listener

    def leave(self, key: Key) -> None:
        """It has ended, or is another worker's."""
        self._listeners.pop(key, None)

    async def start(self) -> None:
        """Returns once it stands at the end of every partition; before that, answers would be missed."""
        for seconds in backoff():
            consumer = AIOKafkaConsumer(
                **connection(self._settings),
                client_id=self._settings.instance,
                enable_auto_commit=False,
                auto_offset_reset="latest",
                fetch_max_wait_ms=FETCH_MAX_WAIT_MS,
            )
            try:
                await consumer.start()
                await self._stand_at_the_end(consumer)
            except KafkaError as error:
                await consumer.stop()
                broker_away(error, retry_in=seconds)
                await asyncio.sleep(seconds)
                continue
            self._consumer = consumer
            return

    async def run(self) -> None:
        """Ends with its task."""
        assert self._consumer is not None
        while True:
            by_partition = await self._consumer.getmany(timeout_ms=1_000)
            for records in by_partition.values():
                self._tell(records)

    async def stop(self) -> None:
        """Also where it never started."""
        if self._consumer is not None:
            await self._consumer.stop()

    async def _stand_at_the_end(self, consumer: AIOKafkaConsumer) -> None:
        partitions = [TopicPartition(self._topic, each) for each in range(self._settings.partitions)]
        consumer.assign(partitions)
        for partition, offset in (await consumer.end_offsets(partitions)).items():
            consumer.seek(partition, offset)

    def _tell(self, records: Iterable[ConsumerRecord]) -> None:
        for record in records:
            try:
                event = TALLIES.decode(record.key, record.value, record.headers)
            except Unreadable as error:
                log.error("tally_unreadable", partition=record.partition, offset=record.offset, error=str(error))
                continue
            listener = self._listeners.get((event.tenant, event.data.import_id))
            if listener is not None:
                listener(event.data)
