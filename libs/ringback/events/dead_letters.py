"""The headers of a dead letter: the record's own, as they came, then where it stood and why it is here."""

from collections.abc import Sequence

import msgspec

OwnHeaders = Sequence[tuple[str, bytes | None]]

_FIRST = "origin_topic"


class Origin(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """`reader` is the instance that could not read it. `value_bytes` says that the value was too large to be kept."""

    origin_topic: str
    origin_partition: int
    origin_offset: int
    reader: str
    error: str
    value_bytes: int | None = None


def headers_of(origin: Origin) -> list[tuple[str, bytes | None]]:
    """To be put behind the record's own."""
    told = msgspec.to_builtins(origin, order="deterministic")
    return [(name, str(value).encode()) for name, value in told.items()]


def told_by(headers: OwnHeaders) -> tuple[OwnHeaders, Origin | None]:
    """The record's own headers, and where it stood; None where no consumer of ours wrote this.

    Ours are the last of that name: a record may have been a dead letter before, or come with a like header.
    """
    starts = [at for at, (name, _) in enumerate(headers) if name == _FIRST]
    if not starts:
        return headers, None
    told = {name: (value or b"").decode(errors="replace") for name, value in headers[starts[-1] :]}
    try:
        return headers[: starts[-1]], msgspec.convert(told, Origin, strict=False)
    except msgspec.ValidationError:
        return headers, None
