"""What an archive says of itself in manifest.json (rules §2): no JSON is refused, an odd field is warned of."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, get_args

from ringback.events import Entity
from ringback.phones import participant
from services.ingest.parse.problems import Warning, warning
from services.ingest.sources.refusals import refusal

ENTITIES: tuple[Entity, ...] = get_args(Entity)
LARGEST = 1 << 20
_LONGEST_SOURCE = 100
_LONGEST_INTEGER = 18
_NUMBER_KEYS = ("number", "phone_number", "phoneNumber", "phone")


class Manifest(NamedTuple):
    """`numbers` are the tenant's own, as written; `counts` the rows that the export says it has."""

    source: str | None = None
    exported_at: str | None = None
    numbers: tuple[str, ...] = ()
    counts: Mapping[Entity, int] = MappingProxyType({})
    warnings: tuple[Warning, ...] = ()

    def own_numbers(self, region: str) -> tuple[frozenset[str], tuple[Warning, ...]]:
        """The numbers as participants, and a warning for each that is none."""
        read = {raw: participant(raw, region) for raw in self.numbers}
        bad = tuple(warning("bad_own_number", None, raw) for raw, number in read.items() if number is None)
        return frozenset(number for number in read.values() if number is not None), bad

    def differing(self, rows: Mapping[Entity, int]) -> tuple[Warning, ...]:
        """A warning with both figures for each file whose rows are others than its count (rules §2)."""
        return tuple(
            warning("count_differs", f"{each}.csv", f"{said} rows, {rows.get(each, 0)} were found")
            for each, said in self.counts.items()
            if said != rows.get(each, 0)
        )


class _Odd(ValueError):
    """The JSON is none that means one thing."""


def read_manifest(name: str, raw: bytes) -> Manifest:
    """Raises BadArchive where it cannot be read at all: without it, own numbers would be missed in silence."""
    if len(raw) > LARGEST:
        raise refusal("manifest_too_large", name, LARGEST)
    try:
        content = json.loads(
            raw, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=str
        )
    except RecursionError as error:
        raise refusal("bad_manifest", name, "too deeply nested") from error
    except ValueError as error:
        raise refusal("bad_manifest", name, _reason(error)) from error
    if not isinstance(content, dict):
        raise refusal("bad_manifest", name, "it is no object")
    return _manifest(content)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise _Odd("a key stands in it twice")
    return content


def _constant(name: str) -> Any:
    raise _Odd(f"{name} is no number of JSON")


def _integer(digits: str) -> int | str:
    """A number too long for any count stays text: Python refuses to read one of 5,000 digits."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}"
    return str(error) if isinstance(error, _Odd) else "it is not UTF-8"


def _manifest(content: dict[str, Any]) -> Manifest:
    warnings: list[Warning] = []
    return Manifest(
        source=_text(content, "source", warnings),
        exported_at=_text(content, "exported_at", warnings),
        numbers=_numbers(content.get("numbers"), warnings),
        counts=_counts(content, warnings),
        warnings=tuple(warnings),
    )


def _text(content: dict[str, Any], key: str, warnings: list[Warning]) -> str | None:
    value = content.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, str) and len(value) <= _LONGEST_SOURCE and value.isprintable() and value.strip():
        return value.strip()
    warnings.append(warning("bad_manifest_field", key, value))
    return None


def _numbers(value: Any, warnings: list[Warning]) -> tuple[str, ...]:
    """A list of texts, numbers or objects that bear one."""
    if value is None:
        return ()
    found = []
    for each in value if isinstance(value, list) else [value]:
        number = next((each[key] for key in _NUMBER_KEYS if key in each), None) if isinstance(each, dict) else each
        if isinstance(number, (str, int)) and not isinstance(number, bool):
            found.append(str(number))
        else:
            warnings.append(warning("bad_manifest_field", "numbers", each))
    return tuple(found)


def _counts(content: dict[str, Any], warnings: list[Warning]) -> dict[Entity, int]:
    """`counts` by file, also as `contactsCount` or `contacts_count` beside it; `counts` goes before."""
    said = content.get("counts")
    if said is not None and not isinstance(said, dict):
        warnings.append(warning("bad_manifest_field", "counts", said))
        said = None
    spelt = {f"{each}{tail}": each for each in ENTITIES for tail in ("Count", "_count")}
    every: list[tuple[str, Entity, Any]] = [(key, spelt[key], content[key]) for key in content if key in spelt]
    for key, value in (said or {}).items():
        entity = next((each for each in ENTITIES if key.lower().removesuffix(".csv") == each), None)
        if entity is not None:
            every.append((key, entity, value))
    return _whole(every, warnings)


def _whole(every: list[tuple[str, Entity, Any]], warnings: list[Warning]) -> dict[Entity, int]:
    counts: dict[Entity, int] = {}
    for key, entity, value in every:
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            counts[entity] = value
        else:
            warnings.append(warning("bad_manifest_field", key, value))
    return counts
