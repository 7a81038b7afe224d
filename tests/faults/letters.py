"""The dead letters: what nobody could read."""

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from ringback.events import topics

PARTITIONS = 12


async def dead_letters(kafka: str) -> list[ConsumerRecord]:
    """All of them; a crash may have written one twice, which its headers tell (I3)."""
    partitions = [TopicPartition(f"ringback.{topics.DEAD_LETTERS.name}", n) for n in range(PARTITIONS)]
    async with AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False) as consumer:
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        letters: list[ConsumerRecord] = []
        while any([await consumer.position(each) < end for each, end in ends.items()]):
            letters += [each for found in (await consumer.getmany(timeout_ms=500)).values() for each in found]
    return letters
