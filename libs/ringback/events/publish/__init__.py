"""The contract as files for whoever works in another language, made from the types (`make contract`).

`schemas/` has a JSON Schema and `examples/` an event of each type, by the type's name; `asyncapi.json` has the topics.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ringback.events.codec import OF_TOPIC
from ringback.events.envelope import Envelope
from ringback.events.publish.asyncapi import document
from ringback.events.publish.examples import EXAMPLES
from ringback.events.publish.schemas import schema, type_of

FOLDER = Path(__file__).parents[1]


def files() -> Iterator[tuple[Path, str]]:
    """Every file of the contract and what it holds."""
    for event in types():
        yield FOLDER / "schemas" / f"{type_of(event)}.json", _text(schema(event))
    for name, example in EXAMPLES.items():
        yield FOLDER / "examples" / f"{name}.json", _text(example)
    yield FOLDER / "asyncapi.json", _text(document())


def types() -> list[type[Envelope]]:
    """Every type of event that a topic has, once."""
    return list(dict.fromkeys(event for codec in OF_TOPIC.values() for event in codec.types))


def _text(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
