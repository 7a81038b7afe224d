"""The contacts worker as a process of its own, and who writes to its topic and reads what it made of that."""

import asyncio
import json
import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from ringback.events import topics
from ringback.events.codec import encode
from ringback.events.contacts import Contact, ContactRecorded
from ringback.kafka.declare import declare
from ringback.runtime.settings import Settings
from standalone import ports
from tests.faults.waiting import until
from tests.integration.own_database import OwnDatabase


class Sent(NamedTuple):
    """A record on its way to contacts.v1."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


def contact(tenant: str, number: int, name: str = "", **envelope: Any) -> Sent:
    """The event of one contact, `number` its external id; a live one, unless it gets an import's attributes."""
    event = ContactRecorded(
        specversion="1.0",
        id=str(number),
        source="/tests",
        tenant=tenant,
        partitionkey=tenant,
        data=Contact(source="tests", external_id=str(number), name=name or None),
        **envelope,
    )
    return Sent(tenant.encode(), encode(event))


@dataclass
class ContactsWorker:
    """`settings` are of a topic with one partition, so that there is one order."""

    settings: Settings
    database: asyncpg.Connection
    producer: AIOKafkaProducer
    environment: dict[str, str]
    log: Path
    process: asyncio.subprocess.Process | None = None

    @property
    def partition(self) -> TopicPartition:
        return TopicPartition(self.settings.topic(topics.CONTACTS.name), 0)

    async def start(self) -> None:
        command = (sys.executable, "-m", "services.contacts", "worker")
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(*command, env=self.environment, stdout=log, stderr=log)

    async def stop(self, within: float = 10) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), within)

    async def send(self, records: Iterable[Sent]) -> None:
        for sent in records:
            await self.producer.send(self.partition.topic, sent.value, sent.key, headers=list(sent.headers))
        await self.producer.flush()

    async def health(self, path: str) -> tuple[int, str | None]:
        """The status of `/livez` or `/readyz`, and why; 0 where nobody answers yet."""
        assert self.process is not None and self.process.returncode is None, self.log.read_text()
        return await asyncio.to_thread(_get, f"http://127.0.0.1:{self.environment['RINGBACK_HEALTH_PORT']}{path}")

    async def ready(self) -> None:
        async def is_ready() -> bool:
            return (await self.health("/readyz"))[0] == 200

        await until(is_ready, within=30)

    async def applied(self, tenant: str) -> list[int]:
        """The contacts that the tenant has, by their external ids."""
        assert self.process is None or self.process.returncode is None, self.log.read_text()
        ids = await self.database.fetch("SELECT external_id FROM contacts WHERE tenant_id = $1", tenant)
        return sorted(int(each["external_id"]) for each in ids)

    async def line(self, tenant: str) -> dict[str, Any]:
        """The tenant's one ledger line."""
        found = await self.database.fetchrow("SELECT * FROM ledger WHERE tenant_id = $1", tenant)
        return dict(found or {"seen": 0})

    async def committed(self) -> int:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.settings.kafka)
        await admin.start()
        try:
            offsets = await admin.list_consumer_group_offsets(f"{self.settings.topic_prefix}contacts")
        finally:
            await admin.close()
        return offsets[self.partition].offset if self.partition in offsets else 0

    async def all_on(self, topic: topics.Topic) -> list[ConsumerRecord]:
        """What is on a topic now."""
        partition = TopicPartition(self.settings.topic(topic.name), 0)
        consumer = AIOKafkaConsumer(bootstrap_servers=self.settings.kafka)
        await consumer.start()
        try:
            consumer.assign([partition])
            await consumer.seek_to_beginning(partition)
            count = (await consumer.end_offsets([partition]))[partition]
            return [await asyncio.wait_for(consumer.getone(), 10) for _ in range(count)]
        finally:
            await consumer.stop()


def _get(url: str) -> tuple[int, str | None]:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=2) as answer:
            return answer.status, json.load(answer)["why"]
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["why"]
    except OSError:
        return 0, None


@asynccontextmanager
async def contacts_worker(database: OwnDatabase, prefix: str, logs: Path) -> AsyncIterator[ContactsWorker]:
    """Not started yet, with topics under `prefix`; ended by its id, if it has not ended by then."""
    settings = Settings(kafka=database.infrastructure.bootstrap, topic_prefix=prefix, partitions=1)
    await declare(settings)
    own = {
        "RINGBACK_KAFKA": settings.kafka,
        "RINGBACK_TOPIC_PREFIX": prefix,
        "RINGBACK_INSTANCE": "contacts-worker",
        "RINGBACK_HEALTH_PORT": str(ports.free(set())),
        "RINGBACK_CONTACTS_WRITER_DSN": database.dsn("writer"),
    }
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka, acks="all", compression_type="lz4", max_request_size=8_388_608
    )
    connection = await asyncpg.connect(database.dsn("writer"))
    worker = ContactsWorker(settings, connection, producer, os.environ | own, logs / "worker.log")
    await producer.start()
    try:
        yield worker
    finally:
        if worker.process is not None and worker.process.returncode is None:
            worker.process.kill()
            await worker.process.wait()
        await producer.stop()
        await connection.close()
