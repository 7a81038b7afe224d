"""An event in each of the ways that CloudEvents' Kafka binding lets a producer write it."""

import base64
import json
from collections.abc import Callable
from typing import Any, NamedTuple


class Written(NamedTuple):
    """A record's value and headers."""

    value: bytes
    headers: tuple[tuple[str, bytes | None], ...] = ()


Event = dict[str, Any]


def bare(event: Event) -> Written:
    """Structured, without a header: as we write it."""
    return Written(json.dumps(event).encode())


def structured(event: Event) -> Written:
    return Written(json.dumps(event).encode(), (("content-type", b"Application/CloudEvents+JSON; charset=UTF-8"),))


def both(event: Event) -> Written:
    """Structured, with the headers of binary mode beside it (§3.3.3)."""
    return structured(event)._replace(headers=structured(event).headers + binary(event).headers[1:])


def binary(event: Event) -> Written:
    attributes = {name: value for name, value in event.items() if name != "data"}
    headers = tuple((f"ce_{name}", _text(value)) for name, value in attributes.items())
    return Written(json.dumps(event["data"]).encode(), (("content-type", b"application/json"), *headers))


def in_base64(event: Event) -> Written:
    data = base64.b64encode(json.dumps(event["data"]).encode()).decode()
    rest = {name: value for name, value in event.items() if name != "data"}
    return bare(rest | {"datacontenttype": "application/json", "data_base64": data})


def _text(value: Any) -> bytes | None:
    if value is None or isinstance(value, str):
        return None if value is None else value.encode()
    return json.dumps(value).encode()


MODES: tuple[Callable[[Event], Written], ...] = (bare, structured, both, binary, in_base64)


def variants(event: Event) -> dict[str, Written]:
    """In every mode, as it is and with members that nobody here knows, by a name."""
    wider = event | {"subject": "of a newer producer", "retries": 3}
    wider["data"] = event["data"] | {"mood": {"of": ["a", "newer", "producer"]}}
    return {
        f"{mode.__name__}-{name}": mode(each) for mode in MODES for name, each in (("as-is", event), ("wider", wider))
    }


def of_tenant(event: Event, tenant: str) -> Event:
    return event | {"tenant": tenant, "partitionkey": tenant}


def of_other_types(event: Event) -> list[Written]:
    """A version and a type that nobody here knows, in every mode."""
    types = (f"{event['type'].removesuffix('1')}2", "ringback.fax.recorded.v1")
    return [mode(event | {"type": each}) for each in types for mode in MODES]
