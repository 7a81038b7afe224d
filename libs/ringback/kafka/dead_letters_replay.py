"""A dead letter back to where it came from, as it came, once what could not read it can."""

from aiokafka.structs import RecordMetadata

from ringback.events import topics
from ringback.events.dead_letters import Origin
from ringback.kafka.clients import producer
from ringback.kafka.dead_letters_reader import DeadLetter
from ringback.runtime.settings import Settings


class NotReplayable(Exception):
    """Its text says why."""


def origin_of(letter: DeadLetter, settings: Settings) -> Origin:
    """Where it goes. Raises NotReplayable. What its headers name is believed for topics of ours alone. Pure."""
    origin = letter.origin
    if origin is None:
        raise NotReplayable("Its headers do not say where it came from: no consumer of ours put it here.")
    if origin.value_bytes is not None:
        raise NotReplayable(
            f"Its value of {origin.value_bytes:,} bytes was too large to be kept; its producer has to send it again, "
            "in records of less than 1 MiB."
        )
    ours = {settings.topic(each.name) for each in topics.ALL if each is not topics.DEAD_LETTERS}
    if origin.origin_topic not in ours or not 0 <= origin.origin_partition < settings.partitions:
        raise NotReplayable(f"{origin.origin_topic}[{origin.origin_partition}] is no topic of this installation.")
    return origin


async def replay(letter: DeadLetter, origin: Origin, settings: Settings) -> RecordMetadata:
    """To the very partition it stood on, with its own headers; says where it stands now."""
    sender = producer(settings)
    try:
        await sender.start()
        return await sender.send_and_wait(
            origin.origin_topic,
            letter.value,
            key=letter.key,
            partition=origin.origin_partition,
            headers=list(letter.headers),
        )
    finally:
        await sender.stop()
