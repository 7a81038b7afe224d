"""The worker's process: everything it holds is started, run side by side, and let go within 5 s of SIGTERM."""

import asyncio
import signal
from collections.abc import Sequence
from functools import partial
from typing import Any

import structlog

from ringback.events import topics
from ringback.http.health import Readiness, serve_health
from ringback.kafka.batches import patiently
from ringback.kafka.clients import answers
from ringback.kafka.security import admitted
from services.ingest.outbox import Relay
from services.ingest.sender.acknowledgements import Acknowledgements
from services.ingest.sender.carrier import Carrier, row_producer
from services.ingest.sending import Workshop
from services.ingest.settings import WorkerSettings
from services.ingest.spool import make_spool
from services.ingest.store import Store
from services.ingest.sweeping import Sweeper
from services.ingest.worker import Worker

log = structlog.get_logger()

#: Seconds for what can only be done while database and broker are there; without it, a restart repeats a little more.
LAST_WORDS = 2.0


class Process:
    """One worker."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._producer = row_producer(settings)
        self._acknowledgements = Acknowledgements(settings)
        self._store = Store(settings.ingest_writer_dsn)
        self._spool = make_spool(settings)
        workshop = Workshop(self._store, self._spool, Carrier(self._producer, settings), self._acknowledgements)
        self._sweeper = Sweeper(self._store, self._spool)
        self._relay = Relay(self._store, self._producer, settings.topic(topics.IMPORTS.name))
        self._worker = Worker(settings.ingest_writer_dsn, settings.ingest_jobs, workshop, self._relay)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`, or until something surprising ends it."""
        readiness = Readiness(why="waiting for the broker")
        async with serve_health(self._settings.health_host, self._settings.health_port, readiness):
            running: list[asyncio.Task[Any]] = [
                asyncio.create_task(self._work(readiness)),
                asyncio.create_task(stop.wait()),
            ]
            try:
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await self._end(running)
        if not running[0].cancelled():
            running[0].result()

    async def _work(self, readiness: Readiness) -> None:
        await self._spool.start()
        await admitted(self._settings)
        await patiently(asyncio.sleep, self._producer.start)
        await self._acknowledgements.start()
        readiness.asks = {"database": self._store.answers, "broker": partial(answers, self._producer)}
        readiness.ready, readiness.why = True, None
        log.info("worker_ready")
        async with asyncio.TaskGroup() as group:
            group.create_task(self._acknowledgements.run())
            group.create_task(self._relay.run())
            group.create_task(self._worker.run())
            group.create_task(self._sweeper.run())

    async def _end(self, running: Sequence[asyncio.Task[Any]]) -> None:
        for task in running:
            task.cancel()
        await asyncio.wait(running)
        try:
            async with asyncio.timeout(LAST_WORDS):
                await self._worker.keep()
                await self._relay.drain()
                await self._producer.stop()
                await self._acknowledgements.stop()
        except TimeoutError:
            log.warning("ended_without_last_words")
        await self._store.close()
        await self._spool.stop()


async def run(settings: WorkerSettings) -> None:
    """The worker until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    await Process(settings).run(stop)
