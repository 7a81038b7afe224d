"""Records that nobody can read, among those of imports: one dead letter each, and nobody waits (fault 8)."""

import time
import uuid
from typing import NamedTuple

from aiokafka import AIOKafkaProducer

from ringback.events import topics
from ringback.events.codec import encode
from tests.faults.counting import count_records
from tests.faults.letters import dead_letters
from tests.faults.live import events
from tests.faults.round import Blow, Scene, load
from tests.faults.waiting import until

#: Seconds until the record behind them is applied.
WITHIN = 5.0
OF_DOMAINS = (topics.CONTACTS, topics.MESSAGES, topics.CALLS)


class Sent(NamedTuple):
    """A record on its way."""

    topic: str
    key: bytes
    value: bytes


async def unreadable_records(scene: Scene) -> list[Blow]:
    """Of each kind one on each topic of a domain, and a good event behind them, of a tenant of its own."""
    kafka = scene.stack.cluster.bootstrap
    behind = f"{scene.tenant.name}-behind"
    litter = [each for topic in OF_DOMAINS for each in _litter(topic.name, behind)]
    good = [Sent(f"ringback.{topic}", behind.encode(), encode(event)) for topic, event in events(behind, 0).items()]
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all") as producer:
        for each in (*litter, *good):
            await producer.send_and_wait(each.topic, each.value, key=each.key)
    blow = await _applied(scene, behind)
    letters = await dead_letters(kafka)
    values = [each.value for each in letters if each.key in {sent.key for sent in litter}]
    assert sorted(values) == sorted(each.value for each in litter), f"{len(litter)} sent, {len(values)} dead letters"
    return [blow]


async def _applied(scene: Scene, behind: str) -> Blow:
    """The dead letters are written before the batch that they were found in."""
    sent = time.time()
    told = {"contacts": 1, "conversations": 0, "messages": 1, "calls": 1}

    async def applied() -> bool:
        return await count_records(scene.stack, behind) == told

    await until(applied, within=6 * WITHIN * load())
    return Blow("unreadable records", time.time() - sent, WITHIN)


def _litter(topic: str, tenant: str) -> list[Sent]:
    """Not JSON, an unknown version, 900 KB where none is allowed, a key that is another's, an import without a row."""
    name, key = f"ringback.{topic}", tenant.encode()
    good = encode(events(tenant, 0)[topic])
    long = good.replace(b'"external_id":"', b'"external_id":"' + b"x" * 900_000)
    rowless = good.replace(b'"data":', f'"importid":"{uuid.uuid4()}","data":'.encode())
    return [
        Sent(name, key, b"{this is no JSON"),
        Sent(name, key, good.replace(b"recorded.v1", b"recorded.v9")),
        Sent(name, key, long),
        Sent(name, key + b"-another", good),
        Sent(name, key, rowless),
    ]
