"""A collector that keeps the spans it is sent over OTLP/HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Seen(NamedTuple):
    """A span; `links` are the (trace, span) that it names."""

    service: str
    name: str
    trace: bytes
    id: bytes
    parent: bytes
    links: frozenset[tuple[bytes, bytes]]


class Collector:
    def __init__(self, address: str) -> None:
        self.address = address
        self.spans: list[Seen] = []

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            told = {each.key: each.value.string_value for each in resource.resource.attributes}
            for span in (span for scope in resource.scope_spans for span in scope.spans):
                links = frozenset((link.trace_id, link.span_id) for link in span.links)
                self.spans.append(
                    Seen(told["service.name"], span.name, span.trace_id, span.span_id, span.parent_span_id, links)
                )

    def of(self, service: str, name: str) -> list[Seen]:
        return [span for span in self.spans if (span.service, span.name) == (service, name)]


@contextmanager
def collector() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            collected.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collected = Collector(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield collected
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
