"""One live event on an idle stack: from the producer's send to the row that a reader sees."""

import asyncio
import time
import uuid
from datetime import UTC, datetime

import asyncpg
from aiokafka import AIOKafkaProducer

from ringback.events import Message, MessageRecorded
from ringback.events.codec import encode

EVENTS = 500
EVERY = 1 / 50

VISIBLE = "SELECT external_id FROM messages WHERE tenant_id = $1 AND external_id = ANY($2::text[])"


async def milliseconds(kafka: str, topic: str, reader_dsn: str) -> list[float]:
    """Of each of 500 events at 50 a second, sorted; a reader looks about every millisecond."""
    tenant = f"latency-{uuid.uuid4().hex[:8]}"
    sent: dict[str, float] = {}
    seen: dict[str, float] = {}
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all")
    await producer.start()
    reader = await asyncpg.connect(reader_dsn)
    watching = asyncio.create_task(_watch(reader, tenant, sent, seen))
    try:
        for number in range(EVENTS):
            event = _event(tenant, number)
            sent[f"m{number}"] = time.perf_counter()
            await producer.send(topic, encode(event), key=tenant.encode())
            await asyncio.sleep(EVERY)
        async with asyncio.timeout(30):
            await watching
    finally:
        await producer.stop()
        await reader.close()
    return sorted((seen[name] - sent[name]) * 1_000 for name in sent)


async def _watch(reader: asyncpg.Connection, tenant: str, sent: dict[str, float], seen: dict[str, float]) -> None:
    while len(seen) < EVENTS:
        waiting = [name for name in sent if name not in seen]
        for row in await reader.fetch(VISIBLE, tenant, waiting):
            seen[row["external_id"]] = time.perf_counter()
        await asyncio.sleep(0.001)


def _event(tenant: str, number: int) -> MessageRecorded:
    return MessageRecorded(
        specversion="1.0",
        id=f"{tenant}/{number}",
        source="/bench",
        tenant=tenant,
        partitionkey=tenant,
        time=datetime.now(UTC),
        data=Message(
            source="bench",
            external_id=f"m{number}",
            our_number="+14155550100",
            participants=["+14155550101"],
            direction="inbound",
            sent_at=datetime.now(UTC),
            body=f"live {number}",
        ),
    )
