"""Spans where `RINGBACK_OTLP_ENDPOINT` is set; else OpenTelemetry is not even loaded, and a span is a call of nothing.

An upload, its import and the rows' way to Kafka are one trace. A worker's batch has many causes, so it is a trace of
its own, linked to theirs: the first record of each batch that we send says in its header `traceparent` who sent it.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ringback.runtime.otlp import Spans

#: W3C Trace Context, as an HTTP header and as a record's.
HEADER = "traceparent"
#: Of one span; a batch may hold the rows of a thousand sends.
MOST_LINKS = 32

Kind = Literal["internal", "server", "producer", "consumer"]
RecordHeaders = Iterable[tuple[str, bytes | None]]

_spans: "Spans | None" = None


def start(service: str, endpoint: str) -> None:
    """Once, as the process begins; `endpoint` is a collector's OTLP/HTTP address, empty for no tracing."""
    global _spans
    if endpoint:
        from ringback.runtime.otlp import Spans

        _spans = Spans(service, endpoint)


def on() -> bool:
    """Whether anybody looks, for work that only a span needs."""
    return _spans is not None


def span(
    name: str, kind: Kind = "internal", parent: str | None = None, links: Iterable[str] = (), **attributes: Any
) -> AbstractContextManager[object]:
    """What is done within the block. `parent` and `links` are `traceparent`s; without one it is the span around it."""
    if _spans is None:
        return nullcontext()
    return _spans.span(name, kind, parent, links, attributes)


def note(name: str, **attributes: Any) -> None:
    """What the span around us turned out to be."""
    if _spans is not None:
        _spans.note(name, attributes)


def traceparent() -> str | None:
    """The span around us, for whoever goes on with its work."""
    return None if _spans is None else _spans.traceparent()


def record_headers() -> list[tuple[str, bytes]]:
    """The same as the headers of a record."""
    told = traceparent()
    return [] if told is None else [(HEADER, told.encode())]


def causes(headers: Iterable[RecordHeaders]) -> list[str]:
    """Who sent records with these headers: each once, the first few."""
    told = {
        value.decode("ascii", "replace"): None for each in headers for name, value in each if name == HEADER and value
    }
    return list(told)[:MOST_LINKS]
