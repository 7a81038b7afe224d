"""What whoever imports chooses besides the file: what becomes of records met again, and what all rows share."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ringback.events import MatchOn, Policy
from ringback.http.problems import Problem
from ringback.phones import normalize
from services.ingest.parse.defaults import FIELDS, checked


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("U+0000 cannot be stored")
    return text


def _parts(text: Any) -> Any:
    """Of a `;` list, trimmed; empty ones are dropped."""
    return [part.strip() for part in text.split(";") if part.strip()] if isinstance(text, str) else text


def _defaults(written: Any) -> Any:
    """In a form a JSON object; its values are texts, as cells are."""
    if not isinstance(written, str):
        return written
    try:
        return msgspec.json.decode(written, type=dict[str, str])
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise ValueError('it must be a JSON object of texts, like {"lead_source": "Web"}') from error


#: Behind the length, which is then said of characters and not of items.
Storable = AfterValidator(_storable)
Line = Annotated[str, Field(max_length=1_000), Storable]


class Choices(BaseModel):
    """A blank one is none."""

    model_config = ConfigDict(str_strip_whitespace=True)

    tags: Annotated[list[Line], BeforeValidator(_parts), Field(max_length=100)] = []
    on_duplicate: Policy = "update"
    match_on: MatchOn = "both"
    defaults: Annotated[dict[str, str], BeforeValidator(_defaults), AfterValidator(checked)] = {}
    list: Line | None = None
    board_number: Line | None = None


def values(told: Choices, region: str) -> dict[str, Any]:
    """The columns of an import, by the tenant's region; `board_number` is one more default, so it is among them."""
    board = {} if told.board_number is None else {"board_number": told.board_number}
    return {
        "tags": told.tags if "tags" in told.model_fields_set else [own_tag(datetime.now(UTC))],
        "on_duplicate": told.on_duplicate,
        "match_on": told.match_on,
        "defaults": _with_board(told.defaults | board, region),
        "list": told.list,
    }


def own_tag(now: datetime) -> str:
    """By which the contacts of an import are found that was given no tags."""
    return f"import:{now:%Y-%m-%dT%H:%M:%S}Z"


def _with_board(defaults: Mapping[str, str], region: str) -> dict[str, str]:
    """Said once for all rows, it is refused where it is none, and not warned of in each."""
    written = defaults.get("board_number")
    if written is None:
        return dict(defaults)
    number = normalize(written, region)
    if number is None:
        why = f"{written!r} is no valid number in {region}: write it with its country code, like +14155552671"
        raise Problem(422, "The form is not valid", errors=[{"where": ["board_number"], "detail": why}])
    return {**defaults, "board_number": number}


_TEXT = {"type": "string"}
#: The form's properties for OpenAPI.
SCHEMA: dict[str, Any] = {
    "tags": {**_TEXT, "description": "Parted by `;`; `import:` and the time in UTC, unless said; `;` is none at all."},
    "on_duplicate": {"type": "string", "enum": ["update", "overwrite", "skip", "create_new"], "default": "update"},
    "match_on": {
        "type": "string",
        "enum": ["both", "phone", "email"],
        "default": "both",
        "description": "By what a contact is found that has no external id known here.",
    },
    "defaults": {
        **_TEXT,
        "description": "A JSON object of texts that fill contacts' blank cells, by field "
        f"({', '.join(FIELDS)}, or `custom:NAME`).",
    },
    "list": {**_TEXT, "description": "A contact list that every contact of the file is added to."},
    "board_number": {**_TEXT, "description": "Of contacts whose row has none; kept as their custom `board_number`."},
}
