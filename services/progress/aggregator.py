"""Faust merges what ingest and the domain services say of an import into one snapshot.

The table's changelog restores the state; the merge takes maxima, so at-least-once is enough. All topics and the
changelog have the same partitions, and a record, the state it changes and the snapshot that follows keep one number.
"""

import asyncio
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import structlog
from mode import CrashingSupervisor

from ringback.events import topics
from ringback.events.codec import IMPORTS, PROGRESS, TALLIES, Codec, Unreadable
from ringback.http.health import Readiness, serve_health
from ringback.kafka.clients import answers, producer
from ringback.kafka.dead_letters import DeadLetters, TooManyDeadLetters
from ringback.kafka.security import admitted
from ringback.runtime import metrics
from services.progress.faust_app import faust_app
from services.progress.merge import State, join, lower, of_import, of_tally, snapshot
from services.progress.publisher import Publisher
from services.progress.settings import AggregatorSettings
from services.progress.watchdog import Watchdog

log = structlog.get_logger()

#: Of an orderly stop; whatever hangs longer is left behind, since all that is unacknowledged comes again.
STOP_SECONDS = 8

#: A segment is only compacted once it is closed; by default that is after a gigabyte, all of it read at each start.
SHORT_CHANGELOG = {"segment.bytes": 1_048_576, "min.cleanable.dirty.ratio": 0.1}

Take = Callable[[Any, Any], None]
_decoder = msgspec.json.Decoder(State)


class Aggregator:
    """The Faust app, its three agents and its table."""

    def __init__(self, settings: AggregatorSettings, readiness: Readiness) -> None:
        self.app = faust_app(settings)
        self._settings, self._readiness = settings, readiness
        self._table = self.app.Table(
            "imports",
            key_type=bytes,
            value_type=bytes,
            partitions=settings.partitions,
            extra_topic_configs=SHORT_CHANGELOG,
        )
        self._publisher = Publisher(self._topic(topics.PROGRESS))
        self._producer = producer(settings)
        self._dead_letters = DeadLetters(self._producer, settings)
        self._agent(topics.IMPORTS, IMPORTS, self._take_import)
        self._agent(topics.TALLIES, TALLIES, self._take_tally)
        self._agent(topics.PROGRESS, PROGRESS, self._take_progress)
        metrics.no_dead_letters_yet(
            settings.topic(each.name) for each in (topics.IMPORTS, topics.TALLIES, topics.PROGRESS)
        )
        for task in (self._open, self._publisher.run, self._watch):
            self.app.task(task)

    def _topic(self, topic: topics.Topic) -> Any:
        """Raw bytes: decoding happens in our guard, where a failure is a dead letter and not a lost record."""
        raw: dict[str, Any] = {"key_serializer": "raw", "value_serializer": "raw", "allow_empty": True}
        return self.app.topic(self._settings.topic(topic.name), internal=False, **raw)

    def _agent(self, topic: topics.Topic, codec: Codec, take: Take) -> None:
        """An agent's surprise ends the process; by default Faust would pass over the record and go on."""

        async def agent(stream: Any) -> None:
            async for event in stream.noack().events():
                await self._guarded(event, codec, take)

        self.app.agent(self._topic(topic), name=topic.name, supervisor_strategy=CrashingSupervisor)(agent)

    async def _guarded(self, event: Any, codec: Codec, take: Take) -> None:
        message = event.message
        try:
            told = codec.decode(message.key, message.value, message.headers or ())
        except Unreadable as error:
            await self._park(event, str(error))
        else:
            self._dead_letters.good(1)
            take(event, told)

    async def _park(self, event: Any, reason: str) -> None:
        try:
            self._dead_letters.bad(event.message, reason)
        except TooManyDeadLetters as error:
            await self._halt(error)
        await self._dead_letters.park(event.message, reason)
        metrics.DEAD_LETTERS.labels(event.message.topic, "unreadable").inc()
        event.ack()

    async def _halt(self, error: TooManyDeadLetters) -> None:
        """Takes nothing more from this topic, for good: its lag stands for people to see (I3)."""
        log.error("halted", reason=str(error))
        self._readiness.ready, self._readiness.why = False, str(error)
        await asyncio.Event().wait()

    def _take_import(self, event: Any, told: Any) -> None:
        self._absorb(event, of_import(told.tenant, told.data))

    def _take_tally(self, event: Any, told: Any) -> None:
        self._absorb(event, of_tally(told.tenant, told.data))

    def _absorb(self, event: Any, told: State) -> None:
        held = self._held(told.tenant, told.import_id)
        state = told if held is None else join(held, told)
        if state != held:
            self._table[_key(told.tenant, told.import_id)] = msgspec.json.encode(state)
        self._publisher.put(event.message.partition, state, event)

    def _take_progress(self, event: Any, told: Any) -> None:
        """A snapshot that another wrote and that is behind ours is written over: the last one holds."""
        state = self._held(told.data.tenant, told.data.import_id)
        if told.source != self._publisher.source and state is not None and lower(told.data, snapshot(state)):
            self._publisher.put(event.message.partition, state, event)
        else:
            event.ack()

    def _held(self, tenant: str, import_id: str) -> State | None:
        raw = self._table.get(_key(tenant, import_id))
        return None if raw is None else _decoder.decode(raw)

    async def _open(self) -> None:
        """Faust starts its tasks once the table is whole."""
        await self._producer.start()
        self._readiness.asks["broker"] = partial(answers, self._producer)
        self._readiness.ready, self._readiness.why = True, None
        log.info("ready")

    async def _watch(self) -> None:
        await Watchdog(self.app, self._settings, self._readiness).run()

    async def until_ended(self) -> None:
        """Ends when Faust has stopped or crashed, and raises where it could not start."""
        await admitted(self._settings)
        await self.app.start()
        await self.app.wait_until_stopped()

    async def close(self) -> None:
        """In good order if that can be had soon."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.app.stop()
                await self._producer.stop()
        except TimeoutError:
            log.warning("stop_took_too_long", seconds=STOP_SECONDS)


def _key(tenant: str, import_id: str) -> bytes:
    return f"{tenant}/{import_id}".encode()


async def run(settings: AggregatorSettings) -> int:
    """Until a signal (0), or until Faust has crashed (1), to be restarted."""
    readiness, stop = Readiness(), asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with serve_health(settings.health_host, settings.health_port, readiness):
        aggregator = Aggregator(settings, readiness)
        ends = [asyncio.create_task(aggregator.until_ended()), asyncio.create_task(stop.wait())]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        readiness.ready = False
        if not stop.is_set():
            log.critical("crashed", exc_info=ends[0].exception() or aggregator.app.crash_reason)
        await aggregator.close()
    return int(not stop.is_set())
