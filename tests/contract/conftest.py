"""The services' databases, and topics of a test's own."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest_asyncio
from aiokafka import AIOKafkaProducer

from ringback.kafka.clients import producer
from ringback.kafka.declare import declare
from ringback.runtime.settings import Settings
from tests.integration.fold.conftest import services
from tests.stack import Infrastructure

__all__ = ["own_topics", "sender", "services"]


@pytest_asyncio.fixture
async def own_topics(infrastructure: Infrastructure) -> Settings:
    """Of one partition, so that there is one order."""
    settings = Settings(kafka=infrastructure.bootstrap, topic_prefix=f"contract-{uuid4().hex[:8]}.", partitions=1)
    await declare(settings)
    return settings


@pytest_asyncio.fixture
async def sender(own_topics: Settings) -> AsyncIterator[AIOKafkaProducer]:
    client = producer(own_topics)
    await client.start()
    yield client
    await client.stop()
