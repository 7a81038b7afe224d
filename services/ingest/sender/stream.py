"""One entity of one import on its way: parse → encode → window → Kafka, until its line is closed."""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog
from aiokafka.errors import KafkaError

from ringback.events import Entity, ImportClose, Tally
from ringback.runtime import failpoints, metrics
from ringback.runtime.outages import broker_away
from services.ingest.sender.carrier import Carrier
from services.ingest.sender.window import CLOSE_ANYWHERE, Window

log = structlog.get_logger()

#: Rows between two looks at the rest of the process: some 10 ms of parsing.
SLICE = 1_000
#: Batches that the broker has not confirmed yet.
MOST_IN_FLIGHT = 4
#: Seconds after a send that the broker refused, and at most between two looks at the window.
PAUSE = 1.0


class Source(Protocol):
    """What is sent by its numbers: a file's rows, or the commands of an undo."""

    def forget(self, acknowledged: int) -> None: ...
    async def take(self, first: int, most: int) -> list[bytes]: ...
    def close_anywhere(self, close: ImportClose) -> bytes: ...


class Stream:
    """`run` ends when the line is closed, or at rest. What is acknowledged so far is `line`."""

    def __init__(self, line: Tally, key: bytes, window: Window, rows: Source, carrier: Carrier) -> None:
        self.line = line
        self._key = key
        self._window = window
        self._rows = rows
        self._carrier = carrier
        self._now: Callable[[], float] = asyncio.get_running_loop().time
        self._wake = asyncio.Event()
        self._in_flight = 0
        self._close: ImportClose | None = None

    @property
    def entity(self) -> Entity:
        """Whose rows these are."""
        return self.line.entity

    def heard(self, tally: Tally) -> None:
        """What the receiver says; older than known is no news, but a sign of life."""
        if (tally.seen, tally.closed) > (self.line.seen, self.line.closed):
            self.line = tally
            failpoints.hit("ingest.after-ack")
        self._window.heard(tally.seen, tally.closed, self._now())
        self._rows.forget(self._window.acknowledged)
        self._wake.set()

    def hold(self) -> None:
        """`run` ends once what is on its way has landed."""
        self._window.hold()
        self._wake.set()

    def abandon(self, close: ImportClose) -> None:
        """No more rows; `run` then only ends the line."""
        self._close = close
        self._window.abandon(self._now())
        self._wake.set()

    async def run(self) -> None:
        """Waits out a broker that is away: nothing fails by it."""
        with metrics.WINDOW.of(self._open), metrics.IN_FLIGHT.of(self._outstanding):
            while not (self._window.closed or self._window.at_rest):
                try:
                    await self._step()
                except KafkaError as error:
                    broker_away(error, entity=self.entity, retry_in=PAUSE)
                    await asyncio.sleep(PAUSE)

    def _open(self) -> dict[tuple[str, ...], float]:
        return {(self.entity,): self._window.size}

    def _outstanding(self) -> dict[tuple[str, ...], float]:
        return {(self.entity,): self._window.unacknowledged}

    async def _step(self) -> None:
        self._wake.clear()
        number = self._window.repeat(self._now())
        if number is not None:
            await self._repeat(number)
        elif not (self._in_flight < MOST_IN_FLIGHT and self._window.room() and await self._send_on()):
            await self._wait()

    async def _send_on(self) -> bool:
        """A slice from the window's next row on; False where there is nothing to send."""
        first = self._window.next
        values = await self._rows.take(first, min(SLICE, self._window.room()))
        if first != self._window.next or not values:
            return bool(values)
        self._window.sent(len(values), self._now())
        await self._send(first, values)
        # Else a stream whose broker is quicker than its parser would never let the others in.
        await asyncio.sleep(0)
        return True

    async def _repeat(self, number: int) -> None:
        metrics.REPEATS.labels(self.entity).inc()
        if number == CLOSE_ANYWHERE:
            assert self._close is not None
            await self._send(number, [self._rows.close_anywhere(self._close)])
        else:
            await self._send(number, await self._rows.take(number, 1))

    async def _send(self, first: int, values: list[bytes]) -> None:
        try:
            deliveries = await self._carrier.send(self.entity, self._key, values)
        except KafkaError:
            self._window.lost(first)
            raise
        metrics.SENT.labels(self.entity).inc(len(values))
        self._in_flight += len(deliveries)
        for delivery in deliveries:
            delivery.add_done_callback(lambda done: self._delivered(first, done))

    def _delivered(self, first: int, delivery: asyncio.Future[object]) -> None:
        self._in_flight -= 1
        self._wake.set()
        if delivery.cancelled():
            return
        error = delivery.exception()
        if error is None:
            failpoints.hit("ingest.after-send")
            return
        log.warning("rows_not_delivered", entity=self.entity, first=first, error=repr(error))
        self._window.lost(first)

    async def _wait(self) -> None:
        deadline = self._window.deadline
        silence = PAUSE if deadline is None else min(PAUSE, max(0.0, deadline - self._now()))
        try:
            async with asyncio.timeout(silence):
                await self._wake.wait()
        except TimeoutError:
            pass
