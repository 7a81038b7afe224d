"""Records that nobody can read: sent on as they came, with where they stood and why; and when to stop instead."""

from collections import deque

import structlog
from aiokafka import AIOKafkaProducer, ConsumerRecord

from ringback.events import topics
from ringback.runtime.settings import Settings

log = structlog.get_logger()

MOST_IN_A_ROW = 100
#: A tenth of the traffic, measured over this many records (I3 of the faults).
WINDOW = 1_000


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

    async def park(self, record: ConsumerRecord, reason: str) -> None:
        """Raises TooManyDeadLetters, and parks nothing, over 100 in a row or a tenth of the last 1,000."""
        self._in_a_row += 1
        self._recent.append(True)
        if self._in_a_row > MOST_IN_A_ROW or sum(self._recent) > WINDOW // 10:
            raise TooManyDeadLetters(f"{record.topic}[{record.partition}] at {record.offset}: {reason}")
        log.error("dead_letter", topic=record.topic, partition=record.partition, offset=record.offset, reason=reason)
        origin = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
        headers = [(f"origin_{name}", str(value).encode()) for name, value in origin.items()]
        headers += [("reader", self._instance.encode()), ("error", reason[:1_000].encode())]
        await self._producer.send_and_wait(
            self._topic, record.value, key=record.key, headers=[*record.headers, *headers]
        )
