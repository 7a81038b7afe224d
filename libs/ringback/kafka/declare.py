"""Declares every topic of the contract; run once before the services (`python -m ringback.kafka.declare`)."""

import asyncio

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from ringback.events import topics
from ringback.kafka.security import admitted, connection
from ringback.runtime.process import begin
from ringback.runtime.settings import Settings

log = structlog.get_logger()


async def declare(settings: Settings) -> None:
    """Creates what is missing and leaves what is there: the partitions of a topic are fixed for its life."""
    await admitted(settings)
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        missing = [each for each in topics.ALL if settings.topic(each.name) not in existing]
        response = await admin.create_topics([_new(settings, each) for each in missing])
    finally:
        await admin.close()
    for name, code, *_ in response.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(name)
        log.info("topic_declared", topic=name)


def _new(settings: Settings, topic: topics.Topic) -> NewTopic:
    return NewTopic(settings.topic(topic.name), settings.partitions, settings.replication, topic_configs=topic.config())


if __name__ == "__main__":
    begin("declare")
    asyncio.run(declare(Settings()))
