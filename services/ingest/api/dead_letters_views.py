"""What the API shows of a dead letter."""

import base64
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from ringback.kafka.dead_letters_reader import DeadLetter


class Bytes(BaseModel):
    """Text as it stands where it is UTF-8, else Base64."""

    encoding: Literal["utf-8", "base64"]
    data: str


class Place(BaseModel):
    """Where a record stands."""

    topic: str
    partition: int
    offset: int


class DeadLetterItem(BaseModel):
    """`origin` and what follows it are null where no consumer of ours wrote the record."""

    partition: int
    offset: int
    at: datetime
    origin: Place | None
    reader: str | None
    error: str | None
    key: Bytes | None
    value_bytes: int


class OwnHeader(BaseModel):
    """One of the record's own."""

    name: str
    value: Bytes | None


class DeadLetterDetail(DeadLetterItem):
    """`value` is null where the record had none, or `value_kept` is false: it was too large."""

    value: Bytes | None
    value_kept: bool
    headers: list[OwnHeader]


def item(letter: DeadLetter) -> dict[str, Any]:
    """A DeadLetterItem's fields."""
    origin = letter.origin
    came_from = origin and {
        "topic": origin.origin_topic,
        "partition": origin.origin_partition,
        "offset": origin.origin_offset,
    }
    return {
        "partition": letter.partition,
        "offset": letter.offset,
        "at": letter.at,
        "origin": came_from,
        "reader": origin and origin.reader,
        "error": origin and origin.error,
        "key": _bytes(letter.key),
        "value_bytes": letter.size,
    }


def detail(letter: DeadLetter) -> dict[str, Any]:
    """A DeadLetterDetail's fields."""
    return item(letter) | {
        "value": _bytes(letter.value),
        "value_kept": letter.origin is None or letter.origin.value_bytes is None,
        "headers": [{"name": name, "value": _bytes(value)} for name, value in letter.headers],
    }


def _bytes(value: bytes | None) -> dict[str, str] | None:
    if value is None:
        return None
    try:
        return {"encoding": "utf-8", "data": value.decode()}
    except UnicodeDecodeError:
        return {"encoding": "base64", "data": base64.b64encode(value).decode()}
