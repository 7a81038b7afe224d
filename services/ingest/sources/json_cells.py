"""An item of JSON as the cells of a row."""

import json
from typing import Any

from services.ingest.parse.columns import CUSTOM
from services.ingest.parse.unrolled import unrolled_row
from services.ingest.sources.json_text import BadValue, Number


def item_row(line: int, item: Any, header: dict[str, int]) -> bytes:
    """As it is written to the file of rows. `header` has the place of each key, and grows by what is new."""
    try:
        return unrolled_row(line, _cells(item, header)) if isinstance(item, dict) else _flawed(line, item)
    except RecursionError:
        return _flawed(line, BadValue("too_deeply_nested", "", json.dumps(item, ensure_ascii=False)))


def _cells(item: dict[str, Any], header: dict[str, int]) -> list[str]:
    """In the order of the header."""
    flat = {key: value for key, value in item.items() if not (key == "custom" and isinstance(value, dict))}
    if len(flat) < len(item):
        flat |= {CUSTOM + key: value for key, value in item["custom"].items()}
    cells = [""] * len(header)
    for key, value in flat.items():
        at = header.setdefault(key, len(header))
        if at == len(cells):
            cells.append("")
        cells[at] = _text(value)
    return cells


def _flawed(line: int, item: Any) -> bytes:
    if isinstance(item, BadValue):
        return unrolled_row(line, [item.text], item.code, item.detail)
    return unrolled_row(line, [_text(item)], "not_an_object")


def _text(value: Any) -> str:
    """A list is its parts with `;` between them, as in every table; what has parts of parts is JSON still."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(each, (dict, list)) for each in value):
        return ";".join(map(_text, value))
    return _json(value)


def _json(value: Any) -> str:
    """As the standard library writes it, but for numbers, which stay as they are written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(key)}: {_json(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
