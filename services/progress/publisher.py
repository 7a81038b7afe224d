"""Writes snapshots to progress.v1: the newest of each import, and only then are their source records done with."""

import asyncio
import uuid
from typing import Any

import structlog

from ringback.events import ProgressChanged
from ringback.events.binding import HEADERS
from ringback.events.codec import encode
from services.progress.merge import State, snapshot

log = structlog.get_logger()

#: Between two writes. The first of a burst goes out at once; a person sees 20 a second as flowing.
PAUSE_SECONDS = 0.05


class Publisher:
    """Holds the newest state of each import until it is written, and the events that led to it."""

    def __init__(self, topic: Any) -> None:
        self._topic = topic
        self._states: dict[tuple[int, str], State] = {}
        self._events: list[Any] = []
        self._wake = asyncio.Event()
        #: Names this life of this process: what it wrote itself needs no second look, what a zombie wrote does.
        self.source = f"ringback/progress/{uuid.uuid4()}"

    def put(self, partition: int, state: State, event: Any) -> None:
        """`state` has taken `event` in; the event is acknowledged once the broker has the snapshot."""
        self._states[partition, state.import_id] = state
        self._events.append(event)
        self._wake.set()

    async def run(self) -> None:
        """Ends only by an error of the broker's, which ends the process: all unacknowledged comes again."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            states, self._states = self._states, {}
            events, self._events = self._events, []
            await self._write(states)
            for event in events:
                event.ack()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _write(self, states: dict[tuple[int, str], State]) -> None:
        sent = [
            await self._topic.send(
                key=import_id.encode(), value=self._encoded(state), partition=partition, headers=HEADERS
            )
            for (partition, import_id), state in states.items()
        ]
        await asyncio.gather(*sent)

    def _encoded(self, state: State) -> bytes:
        return encode(
            ProgressChanged(
                specversion="1.0",
                id=str(uuid.uuid4()),
                source=self.source,
                tenant=state.tenant,
                partitionkey=state.tenant,
                importid=state.import_id,
                data=snapshot(state),
            )
        )
