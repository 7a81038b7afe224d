"""The AsyncAPI document: whole in itself, and the same as the topics' declarations say."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ringback.events import topics
from ringback.events.codec import OF_TOPIC
from ringback.events.publish import EXAMPLES, FOLDER
from ringback.events.publish.schemas import type_of
from ringback.runtime.settings import Settings

DOCUMENT: dict[str, Any] = json.loads((FOLDER / "asyncapi.json").read_text())
CHANNELS: dict[str, Any] = DOCUMENT["channels"]
OPERATIONS: dict[str, Any] = DOCUMENT["operations"]
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]


def references(node: Any) -> Iterator[str]:
    match node:
        case {"$ref": str(target)}:
            yield target
        case dict():
            for each in node.values():
                yield from references(each)
        case list():
            for each in node:
                yield from references(each)


def resolved(target: str) -> Any:
    """Raises where nothing is there."""
    file, _, pointer = target.partition("#")
    node = json.loads((FOLDER / file).read_text()) if file else DOCUMENT
    for step in pointer.split("/")[1:]:
        node = node[step]
    return node


def test_every_reference_leads_somewhere() -> None:
    targets = list(references(DOCUMENT))
    assert len(targets) > 50
    assert all(resolved(each) for each in targets)


def test_it_has_what_asyncapi_3_requires() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= DOCUMENT["info"].keys()
    for operation in OPERATIONS.values():
        assert operation["action"] in ("send", "receive")
        channel = operation["channel"]["$ref"]
        assert all(each["$ref"].startswith(f"{channel}/messages/") for each in operation["messages"])
    for message in MESSAGES.values():
        assert {"schemaFormat", "schema"} <= message["payload"].keys()


def test_it_has_every_topic_and_no_other() -> None:
    settings = Settings()
    assert {each["address"] for each in CHANNELS.values()} == {settings.topic(each.name) for each in topics.ALL}


@pytest.mark.parametrize("topic", topics.ALL, ids=lambda topic: topic.name)
def test_a_channel_says_of_its_topic_what_the_broker_is_told(topic: topics.Topic) -> None:
    kafka = CHANNELS[topic.name]["bindings"]["kafka"]
    assert kafka["partitions"] == Settings().partitions
    told = {
        name: ",".join(each) if isinstance(each, list) else str(each)
        for name, each in kafka["topicConfiguration"].items()
    }
    assert told == topic.config()
    assert topic.key in CHANNELS[topic.name]["description"]


@pytest.mark.parametrize("topic", topics.ALL, ids=lambda topic: topic.name)
def test_who_writes_and_reads_a_topic_is_who_is_declared(topic: topics.Topic) -> None:
    def parties(action: str) -> set[str]:
        channel = {"$ref": f"#/channels/{topic.name}"}
        of_topic = [each for each in OPERATIONS.values() if each["channel"] == channel and each["action"] == action]
        return {tag["name"] for each in of_topic for tag in each["tags"]}

    assert (parties("send"), parties("receive")) == (set(topic.writers), set(topic.readers))


@pytest.mark.parametrize("topic", topics.ALL, ids=lambda topic: topic.name)
def test_a_channel_has_the_types_that_its_codec_reads(topic: topics.Topic) -> None:
    types = {type_of(each) for each in OF_TOPIC[topic].types} if topic in OF_TOPIC else {"dead-letter"}
    assert CHANNELS[topic.name]["messages"].keys() == types
    for name in types - {"dead-letter"}:
        assert MESSAGES[name]["payload"]["schema"] == {"$ref": f"./schemas/{name}.json"}
        assert MESSAGES[name]["examples"] == [{"payload": EXAMPLES[name]}]
        assert topic.key in MESSAGES[name]["bindings"]["kafka"]["key"]["description"]
