"""The topics as an AsyncAPI 3 document: who writes what where, by which key, and how long it is kept."""

from typing import Any

from ringback.events import topics
from ringback.events.binding import STRUCTURED
from ringback.events.codec import OF_TOPIC
from ringback.events.dead_letters import Origin
from ringback.events.envelope import Envelope
from ringback.events.publish.examples import EXAMPLES
from ringback.events.publish.schemas import DIALECT, schema_of_headers, type_of

Node = dict[str, Any]

#: Of the Kafka bindings.
BINDING = "0.5.0"
DEAD_LETTER = "dead-letter"
SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"

ABOUT = """Contacts, conversations, messages and calls on their way into the CRM, and what became of them.

Events are CloudEvents 1.0 in JSON, structured or binary. The addresses begin with the prefix that is set
(`RINGBACK_TOPIC_PREFIX`), here as it is by default; so are the numbers of partitions."""


def document() -> Node:
    """The whole."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Ringback", "version": "1", "description": ABOUT, "license": {"name": "Apache-2.0"}},
        "defaultContentType": STRUCTURED,
        "channels": {topic.name: _channel(topic) for topic in topics.ALL},
        "operations": {name: operation for topic in topics.ALL for name, operation in _operations(topic)},
        "components": {"messages": _messages()},
    }


def _channel(topic: topics.Topic) -> Node:
    return {
        "address": topics.PREFIX + topic.name,
        "description": f"Keyed by {topic.key}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _names(topic)},
        "bindings": {
            "kafka": {
                "partitions": topics.PARTITIONS,
                "topicConfiguration": {name: _setting(name, text) for name, text in topic.config().items()},
                "bindingVersion": BINDING,
            }
        },
    }


def _setting(name: str, text: str) -> Any:
    return text.split(",") if name == "cleanup.policy" else int(text)


def _operations(topic: topics.Topic) -> list[tuple[str, Node]]:
    parties = [("send", each) for each in topic.writers] + [("receive", each) for each in topic.readers]
    return [
        (f"{party.replace(' ', '-')}.{action}.{topic.name}", _operation(topic, action, party))
        for action, party in parties
    ]


def _operation(topic: topics.Topic, action: str, party: str) -> Node:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{name}"} for name in _names(topic)],
        "tags": [{"name": party}],
    }


def _names(topic: topics.Topic) -> list[str]:
    return [type_of(event) for event in OF_TOPIC[topic].types] if topic in OF_TOPIC else [DEAD_LETTER]


def _messages() -> Node:
    keys = {event: topic.key for topic, codec in OF_TOPIC.items() for event in codec.types}
    return {type_of(event): _message(event, key) for event, key in keys.items()} | {DEAD_LETTER: _dead_letter()}


def _message(event: type[Envelope], key: str) -> Node:
    name = type_of(event)
    return {
        "name": name,
        "contentType": STRUCTURED,
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"./schemas/{name}.json"}},
        "examples": [{"payload": EXAMPLES[name]}],
        "bindings": _keyed_by(f"The {key}: `data.import_id`." if key == "import" else f"The `{key}` of the event."),
    }


def _dead_letter() -> Node:
    headers = {"schemaFormat": SCHEMA_FORMAT, "schema": {"$schema": DIALECT, **schema_of_headers(Origin)}}
    return {
        "name": DEAD_LETTER,
        "description": "A record that could not be read: key, value and headers as they came, and these behind.",
        "contentType": "application/octet-stream",
        "headers": headers,
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$schema": DIALECT}},
        "bindings": _keyed_by("As it came."),
    }


def _keyed_by(what: str) -> Node:
    return {"kafka": {"key": {"type": "string", "description": what}, "bindingVersion": BINDING}}
