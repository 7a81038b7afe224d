"""An import of a table that stops for its mapping, and what it is mapped to."""

import json
from typing import Any

from tests.unit.cli.served import World

COLUMNS = [
    {"header": "Tel", "field": "phone", "confidence": 100, "reason": "it is called so", "samples": ["+14155550100"]},
    {"header": "Town", "field": "custom:Town", "confidence": 50, "reason": "who knows", "samples": ["Oslo", "Rome"]},
    {"header": "Born", "field": "custom:Born", "confidence": 95, "reason": "others write it", "samples": ["[1990]"]},
]


def waits_for_its_mapping(world: World) -> None:
    told = {"import_id": "i-1", "entity": "contacts", "columns": COLUMNS, "fields": ["phone", "city"], "rows": []}
    world.files["/v1/imports/i-1/mapping"] = json.dumps(told).encode()
    world.state |= {"status": "needs_mapping"}
    world.ends_when_asked = 1


def mapping_of(body: Any) -> dict[str, str | None]:
    return {each["header"]: each["field"] for each in body["columns"]}
