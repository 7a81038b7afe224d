"""OpenTelemetry's SDK; loaded by `tracing` where spans are wanted. Its own OTEL_… variables (sampling) hold."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

#: Seconds for one delivery; a collector that is away must not hold up a process that ends.
PATIENCE = 2

KINDS = {kind.name.lower(): kind for kind in trace.SpanKind}


class Spans:
    """Sends them in the background, and what is left when the process ends."""

    def __init__(self, service: str, endpoint: str) -> None:
        resource = Resource.create({"service.name": service, "service.namespace": "ringback"})
        provider = TracerProvider(resource=resource)
        exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=PATIENCE)
        provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = provider.get_tracer("ringback")
        self._propagator = TraceContextTextMapPropagator()

    def span(
        self, name: str, kind: str, parent: str | None, links: Iterable[str], attributes: dict[str, Any]
    ) -> AbstractContextManager[object]:
        """As `tracing.span`; what does not read as a traceparent is passed over."""
        told = [trace.get_current_span(self._context(each)).get_span_context() for each in links]
        return self._tracer.start_as_current_span(
            name,
            self._context(parent) if parent else None,
            KINDS[kind],
            attributes,
            [trace.Link(each) for each in told if each.is_valid],
        )

    def note(self, name: str, attributes: dict[str, Any]) -> None:
        """On the current span."""
        span = trace.get_current_span()
        span.update_name(name)
        span.set_attributes(attributes)

    def traceparent(self) -> str | None:
        """Of the current span."""
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return carrier.get("traceparent")

    def _context(self, traceparent: str) -> Context:
        return self._propagator.extract({"traceparent": traceparent}, Context())
