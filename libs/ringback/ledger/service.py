"""Runs a domain's worker as a process: clients up, worker and sweeper side by side, SIGTERM drains."""

import asyncio
import gc
import signal
from functools import partial

import structlog

from ringback.events import topics
from ringback.http.health import Readiness, serve_health
from ringback.kafka.batches import Batches, started
from ringback.kafka.clients import answers, group_consumer, producer
from ringback.kafka.dead_letters import TooManyDeadLetters
from ringback.kafka.security import admitted
from ringback.ledger.receiver import Domain
from ringback.ledger.sweeper import sweep
from ringback.ledger.worker import DomainWorker
from ringback.postgres.database import Database
from ringback.runtime import metrics
from ringback.runtime.settings import Settings

log = structlog.get_logger()

#: Seconds that a worker has for the batch in its hands once it is told to stop.
DRAIN = 10

#: A batch makes some 100,000 objects and lets them all go; looking through them meanwhile finds nothing.
GC_THRESHOLD = (100_000, 50, 50)


async def serve(domain: Domain, settings: Settings, writer_dsn: str) -> None:
    """Until SIGTERM or SIGINT; the batch in hand is finished first, if it can be."""
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLD)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    readiness = Readiness(why="starting")
    serving = asyncio.create_task(_serve(domain, settings, writer_dsn, readiness, stop))
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    stopped = asyncio.create_task(stop.wait())
    async with serve_health(settings.health_host, settings.health_port, readiness):
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        deadline = loop.call_later(DRAIN, serving.cancel)
        try:
            await serving
        except asyncio.CancelledError:
            log.warning("stopped_in_mid_batch")
        finally:
            deadline.cancel()
            stopped.cancel()


async def _serve(domain: Domain, settings: Settings, dsn: str, readiness: Readiness, stop: asyncio.Event) -> None:
    consumer = group_consumer(settings, domain.name, [topics.OF_ENTITY[entity].name for entity in domain.entities])
    sender = producer(settings)
    batches = Batches(consumer)
    database = Database(dsn, settings.instance, batches.wait)
    try:
        await admitted(settings)
        await started(sender)
        await started(consumer)
        readiness.asks = {"database": database.answers, "broker": partial(answers, sender)}
        readiness.ready, readiness.why = True, None
        worker = DomainWorker(domain, settings, database, batches, sender)
        closed = asyncio.Event()
        closed.set()
        with metrics.LAG.of(batches.lag):
            async with asyncio.TaskGroup() as tasks:
                sweeping = tasks.create_task(_sweep(domain, settings, dsn, closed))
                await _work(worker, batches, readiness, stop, closed)
                await worker.close()
                sweeping.cancel()
    finally:
        await consumer.stop()
        await sender.stop()
        await database.close()


async def _work(
    worker: DomainWorker, batches: Batches, readiness: Readiness, stop: asyncio.Event, closed: asyncio.Event
) -> None:
    while not stop.is_set():
        try:
            if await worker.step():
                closed.set()
        except TooManyDeadLetters as error:
            log.critical("halted", reason=str(error))
            readiness.ready, readiness.why = False, f"halted: {error}"
            while not stop.is_set():
                await batches.wait(1)


async def _sweep(domain: Domain, settings: Settings, dsn: str, closed: asyncio.Event) -> None:
    """At the start, and whenever a line was closed."""
    database = Database(dsn, f"{settings.instance}-sweeper", asyncio.sleep)
    try:
        while True:
            await closed.wait()
            closed.clear()
            await database.run(partial(sweep, domain=domain))
    finally:
        await database.close()
