"""Ingest's API and topics of its own, and who puts records aside and looks at what was sent back."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from ringback.events import topics
from ringback.events.binding import Headers
from ringback.kafka.clients import producer
from ringback.kafka.dead_letters import DeadLetters
from ringback.kafka.declare import declare
from ringback.runtime.settings import Settings
from services.ingest.api import create_app
from services.ingest.settings import ApiSettings
from tests.integration.own_database import OwnDatabase
from tests.signing import KEY_FILE, authorization

OPERATOR = authorization("", "operator")
PATH = "/v1/dead-letters"


def record(settings: Settings, value: bytes | None, **more: Any) -> Any:
    """As it came to a consumer of contacts.v1."""
    topic = settings.topic(topics.CONTACTS.name)
    stood = {"topic": topic, "partition": 1, "offset": 7, "key": b"acme", "headers": ()}
    return SimpleNamespace(**stood | more, value=value)


@dataclass
class Office:
    settings: Settings
    client: httpx2.AsyncClient
    producer: AIOKafkaProducer

    async def park(self, value: bytes | None, reason: str = "why", **more: Any) -> None:
        letters = DeadLetters(self.producer, self.settings)
        await letters.park(record(self.settings, value, **more), reason)

    async def get(self, path: str = PATH, **query: Any) -> Any:
        answer = await self.client.get(path, params=query, headers=OPERATOR)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def all(self, limit: int = 200, **query: Any) -> list[Any]:
        """Page by page."""
        page = await self.get(limit=limit, **query)
        items = page["items"]
        while page["next_cursor"] is not None:
            page = await self.get(limit=limit, cursor=page["next_cursor"], **query)
            assert len(page["items"]) <= limit
            items += page["items"]
        return items

    async def replay(self, letter: Any, headers: dict[str, str] = OPERATOR) -> httpx2.Response:
        return await self.client.post(f"{PATH}/{letter['partition']}/{letter['offset']}/replay", headers=headers)

    async def write(self, topic: topics.Topic, value: bytes, headers: Headers = ()) -> None:
        await self.producer.send_and_wait(self.settings.topic(topic.name), value, b"acme", headers=list(headers))

    async def on(self, topic: topics.Topic) -> Sequence[ConsumerRecord]:
        """What is on a topic now."""
        partitions = [TopicPartition(self.settings.topic(topic.name), each) for each in range(self.settings.partitions)]
        consumer = AIOKafkaConsumer(bootstrap_servers=self.settings.kafka)
        await consumer.start()
        try:
            consumer.assign(partitions)
            await consumer.seek_to_beginning(*partitions)
            count = sum((await consumer.end_offsets(partitions)).values())
            return [await consumer.getone() for _ in range(count)]
        finally:
            await consumer.stop()


@asynccontextmanager
async def dead_letter_office(database: OwnDatabase, prefix: str, spool: Path) -> AsyncIterator[Office]:
    where = {"kafka": database.infrastructure.bootstrap, "topic_prefix": prefix, "partitions": 3}
    api = ApiSettings(**where, spool=spool, signing_keys=KEY_FILE, ingest_api_dsn=database.dsn("api"))
    await declare(api)
    app = create_app(api)
    client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://x")
    sender = producer(api)
    await sender.start()
    try:
        async with app.router.lifespan_context(app), client:
            yield Office(api, client, sender)
    finally:
        await sender.stop()
