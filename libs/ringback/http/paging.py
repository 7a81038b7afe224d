"""Lists come in pages: `{items, next_cursor}`, where the cursor says behind which row the next one starts."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from fastapi import Query
from pydantic import BaseModel

from ringback.http.problems import Problem

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=200, description="Items of a page.")]
#: What a filter may hold: Postgres has no U+0000, and answers with an error.
STORABLE = r"^[^\x00]*$"
Cursor = Annotated[str | None, Query(max_length=2_000, description="`next_cursor` of the page before.")]
DEFAULT_LIMIT = 50


class Page(BaseModel, Generic[T]):
    """`next_cursor` is None on the last page."""

    items: list[T]
    next_cursor: str | None = None


def encode_cursor(values: tuple[Any, ...]) -> str:
    """The sort key of a page's last row (text, numbers, times, UUIDs), opaque to callers, but no secret."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def decode_cursor(cursor: str | None, type: type[T]) -> T | None:
    """The sort key as `type`, such as `tuple[datetime, str]`; None without a cursor; a malformed one is a 400."""
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        values = msgspec.json.decode(raw, type=type)
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError) as error:
        raise _malformed() from error
    if not all(map(_storable, values if isinstance(values, tuple) else (values,))):
        raise _malformed()
    return values


def _storable(value: object) -> bool:
    """What Postgres can compare with: a made-up cursor must not become an error of the database."""
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, datetime):
        return _in_utc(value)
    return not isinstance(value, int) or abs(value) < 2**63


def _in_utc(moment: datetime) -> bool:
    """Whether it is in the calendar there too: the first hours of the year 1 in the east are not. Ours have a zone."""
    if moment.tzinfo is None:
        return False
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return False
    return True


def _malformed() -> Problem:
    return Problem(400, "Malformed cursor", "Take the cursor from next_cursor of the page before, as it stands.")
