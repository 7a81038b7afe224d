"""Follows all of progress.v1 from its beginning, without a group: every gateway sees everything."""

import asyncio

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from ringback.events import topics
from ringback.events.codec import PROGRESS, Unreadable
from ringback.http.health import Readiness
from ringback.kafka.security import admitted, connection
from ringback.runtime.backoff import backoff
from ringback.runtime.outages import broker_away
from services.progress.settings import GatewaySettings
from services.progress.snapshots import Snapshots

log = structlog.get_logger()


class Tail:
    """Fills the snapshots; ready once it has read what stood there when it began."""

    def __init__(self, settings: GatewaySettings, snapshots: Snapshots, readiness: Readiness) -> None:
        topic = settings.topic(topics.PROGRESS.name)
        self._partitions = [TopicPartition(topic, n) for n in range(settings.partitions)]
        self._settings, self._snapshots, self._readiness = settings, snapshots, readiness

    async def run(self) -> None:
        """Begins again whenever the client gives up; what is known meanwhile stays and is shown."""
        await admitted(self._settings)
        for seconds in backoff():
            consumer = AIOKafkaConsumer(**connection(self._settings), enable_auto_commit=False, fetch_max_wait_ms=500)
            try:
                await consumer.start()
                await self._follow(consumer)
            except KafkaError as error:
                broker_away(error, retry_in=seconds)
                await asyncio.sleep(seconds)
            finally:
                await consumer.stop()

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        consumer.assign(self._partitions)
        await consumer.seek_to_beginning(*self._partitions)
        behind = {each: end for each, end in (await consumer.end_offsets(self._partitions)).items() if end}
        while True:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    self._take(record)
            behind = {each: end for each, end in behind.items() if await consumer.position(each) < end}
            if not behind and not self._readiness.ready:
                self._snapshots.show()
                self._readiness.ready, self._readiness.why = True, None
                log.info("caught_up")

    def _take(self, record: ConsumerRecord) -> None:
        """What cannot be read is the aggregator's to park; it reads the same topic."""
        if record.value is None:
            return
        try:
            self._snapshots.take(PROGRESS.decode(record.key, record.value, record.headers).data)
        except Unreadable as error:
            log.warning("unreadable_snapshot", partition=record.partition, offset=record.offset, error=str(error))
