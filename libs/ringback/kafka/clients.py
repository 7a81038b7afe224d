"""Producers and consumers as every service of ours sets them."""

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from ringback.kafka.security import connection
from ringback.runtime.settings import Settings

#: A member that is really gone is missed after this long; a static one that comes back is in at once.
SESSION_TIMEOUT_MS = 10_000


#: A client asks a broker for all its partitions in one request at a time, but not those whose records it holds.
#: So a busy partition waits behind the request for the idle ones: with the usual 500 ms each second batch of an import
#: came 300 to 370 ms late here. An idle consumer asks twenty times a second for it.
FETCH_MAX_WAIT_MS = 50


def producer(settings: Settings, *, linger_ms: int = 0) -> AIOKafkaProducer:
    """acks=all; the import protocol makes idempotent mode needless (it can jam on one failed send)."""
    return AIOKafkaProducer(
        **connection(settings),
        client_id=settings.instance,
        acks="all",
        linger_ms=linger_ms,
        max_request_size=1_048_576,
        compression_type="lz4",
    )


async def answers(client: AIOKafkaProducer) -> None:
    """For `/readyz`: raises OSError where no broker tells of its topics."""
    try:
        await client.client.fetch_all_metadata()
    except KafkaError as error:
        raise ConnectionError(f"does not answer ({error!r})") from error


def group_consumer(settings: Settings, group: str, topics: list[str]) -> AIOKafkaConsumer:
    """A static member of `group`, whose offsets are committed by hand after the transaction."""
    return AIOKafkaConsumer(
        *(settings.topic(topic) for topic in topics),
        **connection(settings),
        client_id=settings.instance,
        group_id=settings.topic_prefix + group,
        group_instance_id=settings.instance,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=SESSION_TIMEOUT_MS,
        heartbeat_interval_ms=2_000,
        fetch_max_wait_ms=FETCH_MAX_WAIT_MS,
        max_partition_fetch_bytes=2_097_152,
        fetch_max_bytes=8_388_608,
    )
