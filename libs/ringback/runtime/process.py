"""How every process begins: with a name that its logs, its metrics and its spans carry."""

from ringback.runtime import logs, metrics, tracing
from ringback.runtime.settings import TelemetrySettings


def begin(service: str) -> None:
    """The first thing that a `__main__` does."""
    logs.configure(service)
    metrics.name(service)
    tracing.start(service, TelemetrySettings().otlp_endpoint)
