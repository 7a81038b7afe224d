"""I9 on the real broker: what is counted is shown, also after the aggregator was killed and beside stalled readers."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer

from ringback.events import ProgressChanged, Snapshot
from ringback.events.codec import encode
from ringback.events.publish import EXAMPLES
from ringback.kafka.declare import declare
from ringback.runtime.settings import Settings
from tests.integration.progress import Service, envelope, until
from tests.stack import Infrastructure

JUNK = (b"not json", b"", None)
#: On each topic that the aggregator reads.
NEWER = {
    topic: json.dumps(EXAMPLES[f"ringback.{name}.v1"] | {"type": f"ringback.{name}.v2"}).encode()
    for topic, name in (("imports.v1", "import.changed"), ("tallies.v1", "tally"), ("progress.v1", "progress.changed"))
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service(infrastructure: Infrastructure, tmp_path_factory: Any) -> AsyncIterator[Service]:
    prefix = f"progress-{uuid.uuid4().hex[:8]}."
    await declare(Settings(kafka=infrastructure.bootstrap, topic_prefix=prefix))
    service = Service(infrastructure.bootstrap, prefix, tmp_path_factory.mktemp("progress"))
    try:
        await service.start()
        yield service
    finally:
        await service.stop()


@pytest.fixture
def tenant() -> str:
    return f"tenant-{uuid.uuid4().hex[:6]}"


@pytest.fixture
def import_id() -> str:
    return str(uuid.uuid4())


async def test_a_tally_is_seen_on_the_socket(service: Service, tenant: str, import_id: str) -> None:
    async with service.watch(tenant) as socket, service.watch("another") as other:
        await service.tell(tenant, import_id)
        await until(socket, 0)
        started = time.monotonic()
        await service.count(tenant, import_id, 7)
        message = await until(socket, 7)
        assert time.monotonic() - started < 2
        assert message["import_id"] == import_id
        assert message["entities"]["messages"] | {"total": 10_000, "new": 7} == message["entities"]["messages"]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(other.recv(), 0.3)


async def test_a_killed_aggregator_goes_on_where_it_was(service: Service, tenant: str, import_id: str) -> None:
    async with service.watch(tenant, import_id) as socket:
        await service.tell(tenant, import_id)
        await service.count(tenant, import_id, 100)
        await until(socket, 100)
        for count in (200, 300):
            await service.aggregator.kill()
            started = time.monotonic()
            await service.aggregator.start()
            await service.count(tenant, import_id, count)
            message = await until(socket, count)
            print(f"whole again after {time.monotonic() - started:.1f} s")
            assert time.monotonic() - started < 10, "5 s on a machine with nothing else to do"
            assert message["entities"]["messages"]["total"] == 10_000


async def test_a_zombies_lower_snapshot_is_written_over(service: Service, tenant: str, import_id: str) -> None:
    async with service.watch(tenant, import_id) as socket:
        await service.tell(tenant, import_id)
        await service.count(tenant, import_id, 50)
        message = await until(socket, 50)
    low = Snapshot(
        import_id=import_id,
        tenant=tenant,
        status="running",
        dry_run=False,
        revision=1,
        entities={},
        updated_at=message["updated_at"],
    )
    topic = service.prefix + "progress.v1"
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=service.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partition = await _partition_of(consumer, import_id)
        lower = encode(ProgressChanged(**envelope(tenant), importid=import_id, data=low))
        await service.producer.send_and_wait(topic, lower, key=import_id.encode(), partition=partition)
        async with asyncio.timeout(5):
            after = [await _next_of(consumer, import_id) for _ in range(2)]
        assert [b'"processed":50' in each for each in after] == [False, True]
    finally:
        await consumer.stop()


async def test_an_unreadable_record_is_parked_and_the_next_one_counts(
    service: Service, tenant: str, import_id: str
) -> None:
    async with service.watch(tenant, import_id) as socket:
        await service.tell(tenant, import_id)
        for junk in JUNK:
            await service.producer.send_and_wait(service.prefix + "tallies.v1", junk, key=tenant.encode())
        for topic, of_a_newer_version in NEWER.items():
            await service.producer.send_and_wait(service.prefix + topic, of_a_newer_version, key=tenant.encode())
        await service.count(tenant, import_id, 3)
        await until(socket, 3, within=5)
    topic = service.prefix + "dead-letters.v1"
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=service.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(10):
            parked = [await _next_of(consumer, tenant) for _ in range(len(JUNK) + len(NEWER))]
        assert sorted(parked, key=repr) == sorted([*JUNK, *NEWER.values()], key=repr)
    finally:
        await consumer.stop()


async def test_a_reader_that_does_not_read_holds_up_nobody(service: Service, tenant: str) -> None:
    imports = [str(uuid.uuid4()) for _ in range(20)]
    async with service.watch(tenant) as reader, service.watch(tenant, max_queue=1) as stalled:
        stalled.transport.pause_reading()
        for import_id in imports:
            await service.tell(tenant, import_id)
        slowest = 0.0
        for count in range(1, 31):
            started = time.monotonic()
            await asyncio.gather(*(service.count(tenant, each, count) for each in imports))
            await _until_all(reader, set(imports), count)
            slowest = max(slowest, time.monotonic() - started)
        print(f"slowest round of 20 imports {slowest * 1000:.0f} ms")
        assert slowest < 3
        stalled.transport.resume_reading()


async def test_a_gateway_with_open_sockets_ends_in_time_and_comes_back(
    service: Service, tenant: str, import_id: str
) -> None:
    await service.tell(tenant, import_id)
    await service.count(tenant, import_id, 9)
    async with service.watch(tenant) as socket, service.watch(tenant) as stalled:
        await until(socket, 9)
        stalled.transport.pause_reading()
        started = time.monotonic()
        assert await service.gateway.stop() == 0
        assert time.monotonic() - started < 5
    await service.gateway.start()
    await service.gateway.ready()
    async with service.watch(tenant) as socket:
        await until(socket, 9, within=2)


async def _until_all(socket: Any, missing: set[str], count: int) -> None:
    async with asyncio.timeout(20):
        while missing:
            message = await until(socket, 0)
            if message["entities"].get("messages", {"processed": 0})["processed"] >= count:
                missing.discard(message["import_id"])


async def _next_of(consumer: AIOKafkaConsumer, key: str) -> bytes | None:
    while True:
        record = await consumer.getone()
        if record.key == key.encode():
            value: bytes | None = record.value
            return value


async def _partition_of(consumer: AIOKafkaConsumer, import_id: str) -> int:
    """Reads up to the snapshot that is whole and says where it lies."""
    while True:
        record = await consumer.getone()
        if record.key == import_id.encode() and b'"processed":50' in record.value:
            return int(record.partition)
