"""Every example through the domain workers, on the real broker and databases, in every way it may be written."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from operator import itemgetter
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from ringback.events import Entity, topics
from ringback.events.codec import CODECS
from ringback.events.dead_letters import told_by
from ringback.events.publish import EXAMPLES
from ringback.events.publish.schemas import type_of
from ringback.kafka.batches import Batches
from ringback.kafka.clients import group_consumer
from ringback.ledger.receiver import Domain
from ringback.ledger.worker import DomainWorker
from ringback.postgres.database import Database
from ringback.runtime.settings import Settings
from tests.contract.modes import Written, of_other_types, of_tenant, variants
from tests.integration.fold.three_services import DOMAINS, Services
from tests.stack import Infrastructure

LINES = """
    SELECT entity, undo, seen, new, updated, skipped, failed, removed + restored + kept AS met, closed
    FROM ledger WHERE tenant_id = $1 ORDER BY entity, undo
"""


def examples(entity: Entity, tenant: str) -> list[dict[str, Any]]:
    """Those of its topic: a record, an import of one bad row, and an undo of that, which meets nothing."""
    return [of_tenant(EXAMPLES[type_of(each)], tenant) for each in CODECS[entity].types]


@asynccontextmanager
async def worker(domain: Domain, settings: Settings, dsn: str, sender: AIOKafkaProducer) -> AsyncIterator[DomainWorker]:
    consumer = group_consumer(settings, domain.name, [topics.OF_ENTITY[entity].name for entity in domain.entities])
    batches = Batches(consumer)
    database = Database(dsn, "contract", batches.wait)
    await consumer.start()
    working = DomainWorker(domain, settings, database, batches, sender)
    try:
        yield working
    finally:
        await working.close()
        await consumer.stop()
        await database.close()


async def send(sender: AIOKafkaProducer, settings: Settings, entity: Entity, key: str, written: Written) -> None:
    topic = settings.topic(topics.OF_ENTITY[entity].name)
    await sender.send_and_wait(topic, written.value, key.encode(), headers=list(written.headers))


async def told(
    sender: AIOKafkaProducer, settings: Settings, domain: Domain
) -> tuple[set[str], list[tuple[str, Written]]]:
    """What is written: the tenants, each in a way of its own, and the records that nobody can read."""
    tenants, unknown = set(), []
    for entity in domain.entities:
        for written in of_other_types(examples(entity, "acme")[0]):
            await send(sender, settings, entity, "acme", written)
            unknown.append((settings.topic(topics.OF_ENTITY[entity].name), written))
        for way in variants(EXAMPLES["ringback.call.recorded.v1"]):
            tenant = f"{settings.topic_prefix}{way}"
            tenants.add(tenant)
            for event in examples(entity, tenant):
                await send(sender, settings, entity, tenant, variants(event)[way])
    return tenants, unknown


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda each: each.name)
async def test_in_every_mode_and_with_unknown_members_an_example_has_the_same_effect_and_other_types_are_dead_letters(
    infrastructure: Infrastructure,
    services: Services,
    own_topics: Settings,
    sender: AIOKafkaProducer,
    domain: Domain,
) -> None:
    tenants, unknown = await told(sender, own_topics, domain)
    connection = services.connections[domain.name]

    async def lines(tenant: str) -> list[dict[str, Any]]:
        return list(map(dict, await connection.fetch(LINES, tenant)))

    async def through(tenant: str) -> bool:
        return [each["closed"] for each in await lines(tenant)] == [True, False] * len(domain.entities)

    async with worker(domain, own_topics, infrastructure.dsn(domain.name, "writer"), sender) as working:
        async with asyncio.timeout(60):
            while not all([await through(tenant) for tenant in tenants]):
                await working.step()
    of_import = {"undo": False, "seen": 1, "new": 0, "updated": 0, "skipped": 0, "failed": 1, "met": 0, "closed": True}
    of_undo = of_import | {"undo": True, "failed": 0, "closed": False}
    one, *others = sorted(tenants)
    expected = [{"entity": entity} | each for entity in sorted(domain.entities) for each in (of_import, of_undo)]
    assert await lines(one) == expected
    shown = await services.snapshot(one)
    assert all(len(shown[entity]) == 1 for entity in domain.entities)
    for tenant in others:
        assert (await lines(tenant), await services.snapshot(tenant)) == (await lines(one), shown)
    letters = await everything(own_topics, topics.DEAD_LETTERS)
    # Of two topics, which comes first is a matter of chance; sorting keeps the order within each.
    assert sorted(map(came_from, letters), key=itemgetter(0)) == [(topic, *written) for topic, written in unknown]


def came_from(letter: ConsumerRecord) -> tuple[str, bytes | None, tuple[Any, ...]]:
    headers, origin = told_by(letter.headers)
    assert origin is not None
    return origin.origin_topic, letter.value, tuple(headers)


async def everything(settings: Settings, topic: topics.Topic) -> list[ConsumerRecord]:
    """What is on a topic."""
    partition = TopicPartition(settings.topic(topic.name), 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka)
    await consumer.start()
    try:
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        count = (await consumer.end_offsets([partition]))[partition]
        return [await consumer.getone() for _ in range(count)]
    finally:
        await consumer.stop()
