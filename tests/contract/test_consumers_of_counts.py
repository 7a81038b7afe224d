"""Every example of imports, tallies and progress through whatever reads it."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from ringback.events import Tally, topics
from ringback.events.codec import IMPORTS, PROGRESS, TALLIES
from ringback.events.publish import EXAMPLES
from ringback.http.health import Readiness
from ringback.runtime.settings import Settings
from services.ingest.sender.acknowledgements import Acknowledgements
from services.progress.merge import join, lower, of_import, of_tally, snapshot
from services.progress.settings import GatewaySettings
from services.progress.snapshots import Snapshots
from services.progress.tail import Tail
from tests.contract.modes import Written, of_other_types, variants
from tests.faults.waiting import until
from tests.signing import KEY_FILE

STATE = EXAMPLES["ringback.import.changed.v1"]
TALLY = EXAMPLES["ringback.tally.v1"]
SHOWN = EXAMPLES["ringback.progress.changed.v1"]
WAYS = list(variants(TALLY))


def of_import_called(event: dict[str, Any], import_id: str) -> dict[str, Any]:
    return event | {"data": event["data"] | {"import_id": import_id}}


async def send(sender: AIOKafkaProducer, settings: Settings, topic: topics.Topic, written: Written) -> None:
    await sender.send_and_wait(settings.topic(topic.name), written.value, b"acme", headers=list(written.headers))


@pytest.mark.parametrize("way", WAYS)
def test_the_aggregator_merges_them_to_the_same_snapshot(way: str) -> None:
    def merged(state: Written, tally: Written) -> Any:
        told = IMPORTS.decode(b"acme", *state), TALLIES.decode(b"acme", *tally)
        return snapshot(join(of_import(told[0].tenant, told[0].data), of_tally(told[1].tenant, told[1].data)))

    shown = merged(variants(STATE)[way], variants(TALLY)[way])
    assert shown == merged(variants(STATE)[WAYS[0]], variants(TALLY)[WAYS[0]])
    assert (shown.status, shown.entities["messages"].new, shown.entities["contacts"].failed) == ("finished", 1_150, 1)
    told = PROGRESS.decode(b"any", *variants(SHOWN)[way]).data
    assert lower(told, shown) and not lower(told, told)


async def test_ingest_hears_every_tally_and_passes_over_other_types(
    own_topics: Settings, sender: AIOKafkaProducer
) -> None:
    heard: dict[str, list[Tally]] = {way: [] for way in WAYS}
    ids = {way: str(uuid4()) for way in WAYS}
    acknowledgements = Acknowledgements(own_topics)
    for way in WAYS:
        acknowledgements.listen(("acme", ids[way]), heard[way].append)
    await acknowledgements.start()
    running = asyncio.create_task(acknowledgements.run())
    try:
        for written in of_other_types(of_import_called(TALLY, ids[WAYS[0]])):
            await send(sender, own_topics, topics.TALLIES, written)
        for way in WAYS:
            await send(sender, own_topics, topics.TALLIES, variants(of_import_called(TALLY, ids[way]))[way])
        await until(lambda: heard[WAYS[-1]], within=20)
    finally:
        running.cancel()
        await asyncio.wait([running])
        await acknowledgements.stop()
    counts = [[(tally.seen, tally.new, tally.failed) for tally in heard[way]] for way in WAYS]
    assert counts == [[(1_200, 1_150, 2)]] * len(WAYS)


async def test_the_gateway_shows_every_snapshot_and_passes_over_other_types(
    own_topics: Settings, sender: AIOKafkaProducer
) -> None:
    ids = {way: str(uuid4()) for way in WAYS}
    for written in of_other_types(of_import_called(SHOWN, ids[WAYS[0]])):
        await send(sender, own_topics, topics.PROGRESS, written)
    for way in WAYS:
        await send(sender, own_topics, topics.PROGRESS, variants(of_import_called(SHOWN, ids[way]))[way])
    where = {"kafka": own_topics.kafka, "topic_prefix": own_topics.topic_prefix, "partitions": 1}
    settings = GatewaySettings.model_validate(where | {"signing_keys": KEY_FILE})
    snapshots, readiness = Snapshots(), Readiness()
    running = asyncio.create_task(Tail(settings, snapshots, readiness).run())
    try:
        await until(lambda: readiness.ready, within=20)
    finally:
        running.cancel()
        await asyncio.wait([running])
    messages = [snapshots.message("acme", ids[way]) for way in WAYS]
    shown = [json.loads(each.body) for each in messages if each is not None]
    assert [each["entities"] for each in shown] == [SHOWN["data"]["entities"]] * len(WAYS)
