"""Every metric of every process, by name, help and labels; moved once a batch, never once a row.

No label is an import's or a tenant's: there is no end to those. Each process shows all of this and moves what is its
own; `service` stands on every sample and says which process it is.
"""

from collections import Counter as Sums
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
#: process_start_time_seconds (a change is a restart), CPU seconds, memory, open files.
ProcessCollector(registry=REGISTRY)

Labels = tuple[str, ...]
Measure = Callable[[], Mapping[Labels, float]]


class Measured(Collector):
    """A figure that is looked up when somebody asks, and costs nothing until then; of several sources, the sum."""

    def __init__(self, family: type[GaugeMetricFamily | CounterMetricFamily], name: str, text: str, *labels: str):
        self._family, self._name, self._text, self._labels = family, name, text, labels
        self._sources: list[Measure] = []
        REGISTRY.register(self)

    @contextmanager
    def of(self, source: Measure) -> Iterator[None]:
        """Asks `source` too while the block runs."""
        self._sources.append(source)
        try:
            yield
        finally:
            self._sources.remove(source)

    def collect(self) -> Iterable[Metric]:
        """What the registry asks for."""
        sums: Sums[Labels] = Sums()
        for source in self._sources:
            sums.update(source())
        family = self._family(self._name, self._text, labels=self._labels)
        for labels, value in sums.items():
            family.add_metric(labels, value)
        yield family


class _Named(Collector):
    """The registry, with the process's name on each sample."""

    def __init__(self, service: str) -> None:
        self._own = {"service": service}

    def collect(self) -> Iterable[Metric]:
        for family in REGISTRY.collect():
            family.samples = [sample._replace(labels=self._own | sample.labels) for sample in family.samples]
            yield family


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(name, text, labels, registry=REGISTRY)


def _gauge(name: str, text: str, *labels: str) -> Gauge:
    return Gauge(name, text, labels, registry=REGISTRY)


def _histogram(name: str, text: str, *labels: str, buckets: Iterable[float]) -> Histogram:
    return Histogram(name, text, labels, registry=REGISTRY, buckets=tuple(buckets))


#: Domain workers. Counted after the commit; where its answer was lost too few, never too many: the ledger is exact.
ROWS = _counter(
    "ringback_rows_total",
    "Rows that a domain worker took and committed; origin is import, dry_run or live, outcome as on the ledger line.",
    *("entity", "origin", "outcome"),
)
BATCH_SECONDS = _histogram(
    "ringback_batch_seconds",
    "From a batch in hand to its offsets committed.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
BATCH_RECORDS = _histogram(
    "ringback_batch_records", "Records in a batch.", buckets=(1, 10, 100, 500, 1_000, 2_500, 5_000)
)
LAG = Measured(
    GaugeMetricFamily,
    "ringback_consumer_lag_records",
    "Records up to the end that the broker told last which are not committed yet.",
    *("topic", "partition"),
)
DEAD_LETTERS = _counter(
    "ringback_dead_letters_total",
    "Records sent to dead-letters.v1; reason is unreadable or refused (by the database).",
    *("topic", "reason"),
)


def no_dead_letters_yet(topics: Iterable[str]) -> None:
    """From nothing to the first is no increase: a reader of `topics` begins at 0."""
    for topic in topics:
        for reason in ("unreadable", "refused"):
            DEAD_LETTERS.labels(topic, reason)


READY = _gauge("ringback_ready", "1 while the process is at work; /readyz asks database and broker too.")

#: Trouble with infrastructure, which is waited out.
DATABASE_RETRIES = _counter("ringback_database_retries_total", "Tries of a transaction that the database did not take.")
BROKER_WAITS = _counter("ringback_broker_waits_total", "Waits for a broker that did not answer.")

#: Ingest's worker.
SENT = _counter("ringback_sender_rows_total", "Rows handed to Kafka, those sent again included.", "entity")
REPEATS = _counter("ringback_sender_repeats_total", "Rows sent again after silence: no tally came.", "entity")
WINDOW = Measured(
    GaugeMetricFamily, "ringback_sender_window_rows", "Rows that the imports at work may have on their way.", "entity"
)
IN_FLIGHT = Measured(
    GaugeMetricFamily, "ringback_sender_in_flight_rows", "Rows sent that no tally has acknowledged.", "entity"
)
IMPORTS_ENDED = _counter("ringback_imports_ended_total", "Imports that this worker brought to an end.", "status")
# From nothing to the first is no increase: what is alerted on begins at 0.
for _status in ("finished", "cancelled", "failed"):
    IMPORTS_ENDED.labels(_status)

#: HTTP. A route is its template; what matches none is "unmatched".
REQUESTS = _counter(
    "ringback_http_requests_total", "Requests answered, by route template.", *("method", "route", "status")
)
REQUEST_SECONDS = _histogram(
    "ringback_http_request_seconds",
    "From the request's head to the end of its answer.",
    *("method", "route"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
UPLOADS = _counter("ringback_uploads_total", "Uploads accepted as imports.")
UPLOAD_BYTES = _counter("ringback_upload_bytes_total", "Their bytes.")
READERS = _gauge("ringback_progress_readers", "Websockets and event streams that follow progress.")

#: The supervisor's, which only a stack on one machine has.
RESTARTS = Measured(
    CounterMetricFamily, "ringback_process_restarts", "Times that the supervisor started a process again.", "process"
)


_named = _Named("")


def name(service: str) -> None:
    """Once, as a process begins."""
    global _named
    _named = _Named(service)


def exposition() -> bytes:
    """Everything, in Prometheus' text format."""
    return generate_latest(_named)
