"""Live events beside the imports of a tenant: each is sent until the broker has it, under an id that it keeps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from ringback.events import Call, CallRecorded, Contact, ContactRecorded, Envelope, Message, MessageRecorded, topics
from ringback.events.codec import encode

SOURCE = "live"
OUR_NUMBER = "+13105550199"
START = datetime(2026, 3, 1, tzinfo=UTC)
#: Seconds between two, each of a contact, a message and a call.
EVERY = 0.1


def phone(n: int) -> str:
    """Of nobody in any archive."""
    return f"+1646{2_000_000 + n:07d}"


def events(tenant: str, n: int) -> dict[str, Envelope]:
    """The same for the same `n`."""
    own = {"specversion": "1.0", "source": "/live", "tenant": tenant, "partitionkey": tenant}
    own["time"] = at = START + timedelta(seconds=n)
    line = {"source": SOURCE, "our_number": OUR_NUMBER, "participants": [phone(n)], "direction": "inbound"}
    contact = Contact(source=SOURCE, external_id=f"c{n}", name=f"Live {n}", phone=phone(n))
    message = Message(**line, external_id=f"m{n}", sent_at=at, body=f"live {n}")
    call = Call(**line, external_id=f"v{n}", started_at=at)
    return {
        topics.CONTACTS.name: ContactRecorded(**own, id=f"c{n}", data=contact),
        topics.MESSAGES.name: MessageRecorded(**own, id=f"m{n}", data=message),
        topics.CALLS.name: CallRecorded(**own, id=f"v{n}", data=call),
    }


class Live:
    """Three for each of `sent` are with the broker, once or more often."""

    def __init__(self, bootstrap: str, tenant: str) -> None:
        self._producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", request_timeout_ms=5_000)
        self._tenant = tenant
        self.sent = 0
        self.over = asyncio.Event()

    async def run(self) -> None:
        await self._producer.start()
        try:
            while not self.over.is_set():
                for topic, event in events(self._tenant, self.sent).items():
                    await self._delivered(topic, encode(event))
                self.sent += 1
                await asyncio.sleep(EVERY)
        finally:
            await self._producer.stop()

    async def _delivered(self, topic: str, value: bytes) -> None:
        while True:
            try:
                await self._producer.send_and_wait(f"ringback.{topic}", value, key=self._tenant.encode())
                return
            except KafkaError:
                await asyncio.sleep(0.2)


@asynccontextmanager
async def live_events(bootstrap: str, tenant: str) -> AsyncIterator[Live]:
    """Until the block ends, in good order, so that it is known what was sent."""
    live = Live(bootstrap, tenant)
    task = asyncio.create_task(live.run())
    try:
        yield live
    finally:
        live.over.set()
        await asyncio.wait_for(task, 60)
