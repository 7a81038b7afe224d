"""What one sees of a running stack from outside: its metrics, its logs and its traces, after one import."""

import json
import signal
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families as parsed
from prometheus_client.samples import Sample

from cli.sample import write_sample
from standalone.processes import WORKERS
from standalone.state import State
from tests.faults.tenant import Tenant, tenant
from tests.faults.waiting import until
from tests.otlp import Collector, Seen, collector
from tests.stack import Stack, forget

TENANT = "seen-from-outside"
#: Each process' name in its own words, by the port that it has in the stack.
NAMES = {**{name: name for name in WORKERS}, "http-health": "http"}
#: Processes of ours; Kafka and Postgres write as they please.
FOREIGN = ("kafka", "postgres", "initdb")


class Observed:
    """A stack in which one import has ended."""

    def __init__(self, stack: Stack, tenant: Tenant, imported: dict[str, Any], collected: Collector) -> None:
        self.stack, self.tenant, self.imported, self.collected = stack, tenant, imported, collected

    def logged(self, process: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.stack.state / "logs" / f"{process}.log").read_text().splitlines()]

    def metrics(self, port: str) -> list[Sample]:
        url = f"http://127.0.0.1:{State.open(self.stack.state).port(port)}/metrics"
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(url, timeout=5) as answer:
            return [sample for family in parsed(answer.read().decode()) for sample in family.samples]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def observed(tmp_path_factory: Any) -> AsyncIterator[Observed]:
    folder: Path = tmp_path_factory.mktemp("observed")
    write_sample(folder / "sample.zip", contacts=40, conversations=10, messages=80, calls=20, seed=1)
    with collector() as collected:
        settings = {"RINGBACK_OTLP_ENDPOINT": collected.address, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        stack = Stack(folder / "state", settings)
        try:
            stack.wait_until_ready(within=150)
            async with tenant(stack, TENANT) as owner:
                imported = await owner.imported((folder / "sample.zip").read_bytes())
                yield Observed(stack, owner, imported, collected)
        finally:
            stack.stop()
            forget(stack.state)


def total(samples: Iterable[Sample], name: str, **labels: str) -> float:
    return sum(each.value for each in samples if each.name == name and labels.items() <= each.labels.items())


async def eventually_total(read: Callable[[], list[Sample]], name: str, wanted: float, **labels: str) -> None:
    await until(lambda: total(read(), name, **labels) == wanted, within=20, every=0.2)


async def test_every_process_tells_its_metrics_under_its_name(observed: Observed) -> None:
    for port, name in NAMES.items():
        samples = observed.metrics(port)
        assert {each.labels["service"] for each in samples} == {name}
        assert total(samples, "process_start_time_seconds") > 0
        assert total(samples, "ringback_ready") == 1


async def test_metrics_are_not_for_tenants(observed: Observed) -> None:
    assert await observed.tenant.status("/metrics") == 404


async def test_the_rows_of_an_import_are_counted_as_the_import_counts_them(observed: Observed) -> None:
    assert observed.imported["status"] == "finished"
    summary = observed.imported["summary"]
    for entity, counts in summary.items():
        worker = "conversations-worker" if entity == "messages" else f"{entity}-worker"
        samples = observed.metrics(worker)
        for outcome in ("new", "updated", "skipped", "failed"):
            told = {"entity": entity, "origin": "import", "outcome": outcome}
            assert total(samples, "ringback_rows_total", **told) == counts[outcome]
        await eventually_total(partial(observed.metrics, worker), "ringback_consumer_lag_records", 0)
    sender = observed.metrics("ingest-worker")
    rows = sum(counts["rows"] for counts in summary.values())
    assert total(sender, "ringback_sender_rows_total") >= rows
    assert total(sender, "ringback_imports_ended_total", status="finished") == 1


async def test_no_label_names_a_tenant_or_an_import(observed: Observed) -> None:
    values = {value for port in NAMES for each in observed.metrics(port) for value in each.labels.values()}
    assert not {value for value in values if TENANT in value or observed.imported["id"] in value}


async def test_requests_are_counted_by_the_template_of_their_route(observed: Observed) -> None:
    await observed.tenant.status("/v1/nothing/like/that")
    samples = observed.metrics("http-health")
    counted = "ringback_http_requests_total"
    assert total(samples, counted, method="POST", route="/v1/imports", status="202") == 1
    assert total(samples, counted, method="GET", route="/v1/imports/{import_id}", status="200") >= 1
    assert total(samples, counted, route="unmatched", status="404") >= 1
    assert total(samples, "ringback_uploads_total") == 1


async def test_a_process_that_died_is_counted(observed: Observed) -> None:
    before = total(observed.metrics("calls-worker"), "process_start_time_seconds")
    observed.stack.kill("calls-worker", signal.SIGKILL)
    counted = "ringback_process_restarts_total"
    await eventually_total(lambda: observed.metrics("http-health"), counted, 1, process="calls-worker")

    def again() -> bool:
        try:
            return total(observed.metrics("calls-worker"), "process_start_time_seconds") > before
        except OSError:
            return False

    await until(again, within=30, every=0.2)


async def test_every_line_of_every_process_is_json_that_says_what_when_and_who(observed: Observed) -> None:
    found = {path.stem: path for path in (observed.stack.state / "logs").glob("*.log")}
    logs = {name: path for name, path in found.items() if not name.startswith(FOREIGN)}
    assert logs.keys() >= {*WORKERS, "http", "declare-topics"}
    lines = [line for name in logs for line in observed.logged(name)]
    assert all(line.keys() >= {"event", "level", "timestamp", "service"} for line in lines)
    assert {line["service"] for line in lines} >= {"ingest-worker", "http", "declare"}


async def test_a_request_leaves_one_line_and_an_import_is_bound_to_its_own(observed: Observed) -> None:
    answer = await observed.tenant.http.get(
        "/v1/contacts", params={"limit": 1}, headers={"X-Request-Id": "0af7651916cd43dd8448eb211c80319c"}
    )
    asked = answer.headers["x-request-id"]
    assert asked == "0af76519-16cd-43dd-8448-eb211c80319c"
    mine = await until(lambda: [line for line in observed.logged("http") if line.get("request_id") == asked], within=5)
    assert [(line["event"], line["route"], line["status"], line["tenant"]) for line in mine] == [
        ("http_request", "/v1/contacts", 200, TENANT)
    ]
    assert observed.tenant.token not in json.dumps(observed.logged("http"))
    ended = [line for line in observed.logged("ingest-worker") if line["event"] == "import_ended"]
    assert [(line["tenant"], line["import_id"]) for line in ended] == [(TENANT, observed.imported["id"])]


async def test_an_upload_its_import_and_the_rows_that_a_worker_wrote_are_connected(observed: Observed) -> None:
    collected = observed.collected

    def spans() -> tuple[list[Seen], list[Seen]]:
        return collected.of("ingest-worker", "import"), collected.of("contacts-worker", "batch contacts")

    await until(lambda: all(spans()), within=10)
    (upload,) = collected.of("http", "POST /v1/imports")
    (job,) = collected.of("ingest-worker", "import")
    assert (job.trace, job.parent) == (upload.trace, upload.id)
    sends = collected.of("ingest-worker", "send ringback.contacts.v1")
    assert sends and {(send.trace, send.parent) for send in sends} == {(upload.trace, job.id)}
    batches = [batch for batch in collected.of("contacts-worker", "batch contacts") if batch.links]
    assert {link for batch in batches for link in batch.links} == {(send.trace, send.id) for send in sends}
    transactions = {span.parent for span in collected.of("contacts-worker", "transaction")}
    assert {batch.id for batch in batches} <= transactions
