"""Records that nobody can read: sent on as they came, with where they stood and why; and when to stop instead."""

from collections import deque

import structlog
from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.errors import MessageSizeTooLargeError
from msgspec.structs import replace

from ringback.events import topics
from ringback.events.dead_letters import Origin, headers_of
from ringback.runtime.settings import Settings

log = structlog.get_logger()

MOST_IN_A_ROW = 100
#: A tenth of the traffic, measured over this many records (I3 of the faults).
WINDOW = 1_000
#: Characters; a decoder's may quote the whole of a value.
LONGEST_REASON = 1_000


class TooManyDeadLetters(Exception):
    """The topic is not what this service reads: a person must look, before it is drained."""


class DeadLetters:
    """Parks records on dead-letters.v1 and keeps count."""

    def __init__(self, producer: AIOKafkaProducer, settings: Settings) -> None:
        self._producer = producer
        self._topic = settings.topic(topics.DEAD_LETTERS.name)
        self._instance = settings.instance
        self._in_a_row = 0
        self._recent: deque[bool] = deque(maxlen=WINDOW)

    def good(self, count: int) -> None:
        """`count` records were read."""
        if count:
            self._in_a_row = 0
            self._recent.extend([False] * min(count, WINDOW))

    def bad(self, record: ConsumerRecord, reason: str) -> None:
        """One was not; raises TooManyDeadLetters over 100 in a row or a tenth of the last 1,000."""
        self._in_a_row += 1
        self._recent.append(True)
        if self._in_a_row > MOST_IN_A_ROW or sum(self._recent) > WINDOW // 10:
            where = f"{record.topic}[{record.partition}] at {record.offset}"
            raise TooManyDeadLetters(f"{where}: {reason[:LONGEST_REASON]}")

    async def park(self, record: ConsumerRecord, reason: str) -> None:
        """Sends it on; without its value and headers where it is too big, as one that came compressed may be."""
        reason = reason[:LONGEST_REASON]
        log.error("dead_letter", topic=record.topic, partition=record.partition, offset=record.offset, reason=reason)
        origin = Origin(
            origin_topic=record.topic,
            origin_partition=record.partition,
            origin_offset=record.offset,
            reader=self._instance,
            error=reason,
        )
        try:
            await self._send(record, record.value, [*record.headers, *headers_of(origin)])
        except MessageSizeTooLargeError:
            without_value = replace(origin, value_bytes=len(record.value or b""))
            await self._send(record, None, headers_of(without_value))

    async def _send(self, record: ConsumerRecord, value: bytes | None, headers: list[tuple[str, bytes | None]]) -> None:
        await self._producer.send_and_wait(self._topic, value, key=record.key, headers=headers)
