"""Ends a process whose lag stands still, since Faust has been seen to hang with all its threads alive."""

import asyncio
import os
import time
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from ringback.events import topics
from ringback.http.health import Readiness
from ringback.kafka.security import connection
from ringback.runtime import metrics
from ringback.runtime.outages import broker_away
from services.progress.settings import AggregatorSettings

log = structlog.get_logger()

EXIT_STUCK = 70
SOURCES = (topics.IMPORTS, topics.TALLIES, topics.PROGRESS)


class Watchdog:
    """Asks the broker, by connections of its own, and so believes nothing that a hanging client remembers."""

    def __init__(self, app: Any, settings: AggregatorSettings, readiness: Readiness) -> None:
        self._app, self._settings, self._readiness = app, settings, readiness
        self._moved_at = time.monotonic()
        self._before: object = None
        self._lag: dict[tuple[str, ...], float] = {}

    async def run(self) -> None:
        """Looks ten times in the allowed time; while the broker is away there is nothing to judge."""
        consumer = AIOKafkaConsumer(**connection(self._settings))
        admin = AIOKafkaAdminClient(**connection(self._settings))
        await asyncio.gather(consumer.start(), admin.start())
        try:
            with metrics.LAG.of(lambda: self._lag):
                await self._look_on(consumer, admin)
        finally:
            await asyncio.gather(consumer.stop(), admin.close())

    async def _look_on(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> None:
        while True:
            await asyncio.sleep(self._settings.stuck_after / 10)
            try:
                await self._look(consumer, admin)
            except (KafkaError, TimeoutError) as error:
                broker_away(error)
                self._moved_at = time.monotonic()

    async def _look(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> None:
        partitions = self._partitions()
        ends = await consumer.end_offsets(partitions)
        committed = await admin.list_consumer_group_offsets(self._app.conf.id, partitions=partitions)
        done = {each: max(committed[each].offset, 0) if each in committed else 0 for each in partitions}
        self._lag = {(each.topic, str(each.partition)): max(0, ends[each] - done[each]) for each in partitions}
        now = (done, dict(self._app.tables.recovery.active_offsets))
        if now != self._before or all(done[each] >= ends[each] for each in partitions) or self._halted():
            self._moved_at, self._before = time.monotonic(), now
        if time.monotonic() - self._moved_at > self._settings.stuck_after:
            log.critical("stuck", lag={f"{topic}[{n}]": behind for (topic, n), behind in self._lag.items() if behind})
            os._exit(EXIT_STUCK)

    def _partitions(self) -> list[TopicPartition]:
        """Ours, or all of them while we have none: then somebody waits for us, or we for somebody."""
        names = [self._settings.topic(each.name) for each in SOURCES]
        ours = [TopicPartition(*each) for each in self._app.consumer.assignment() if each[0] in names]
        return ours or [TopicPartition(name, n) for name in names for n in range(self._settings.partitions)]

    def _halted(self) -> bool:
        return self._readiness.why is not None
