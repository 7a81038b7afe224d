"""Records that the contacts worker cannot read: each is put aside once, and those behind it do not wait."""

import itertools
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from aiokafka import ConsumerRecord

from ringback.events import topics
from ringback.events.codec import TALLIES
from ringback.kafka.dead_letters import MOST_IN_A_ROW
from tests.faults.waiting import until
from tests.integration.contacts_worker import ContactsWorker, Sent, contact, contacts_worker
from tests.integration.own_database import OwnDatabase, own_database
from tests.stack import Infrastructure

NOT_JSON = Sent(b"acme", b"{this is no JSON")
BINARY = tuple((f"ce_{name}", b"acme") for name in ("id", "source", "tenant", "partitionkey"))
BINARY += (("ce_specversion", b"1.0"), ("ce_type", b"ringback.contact.recorded.v1"))
DATA = b'{"source": "tests", "external_id": "99"}'

_numbers = itertools.count()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(infrastructure: Infrastructure) -> AsyncIterator[OwnDatabase]:
    async with own_database(infrastructure, "contacts", "dead_letters") as database:
        await database.migrate()
        yield database


@pytest_asyncio.fixture
async def worker(database: OwnDatabase, tmp_path: Path) -> AsyncIterator[ContactsWorker]:
    """With topics of its own, and not started yet."""
    async with contacts_worker(database, f"dead-letters-test-{next(_numbers)}.", tmp_path) as worker:
        yield worker


def unreadable(tenant: str) -> list[Sent]:
    """One of each kind: not JSON, unknown version, 900 KB, key ≠ tenant, and what other producers come up with."""
    key = tenant.encode()
    good = contact(tenant, 99)
    assert good.value is not None
    return [
        NOT_JSON._replace(key=key),
        Sent(key, good.value.replace(b"recorded.v1", b"recorded.v9")),
        contact(tenant, 99, name="x" * 900_000),
        good._replace(key=b"another"),
        good._replace(key=None),
        Sent(key, None),
        Sent(b"acme", DATA, (*BINARY, ("ce_importid", str(uuid.uuid4()).encode()), ("ce_sequence", "²".encode()))),
        Sent(b"acme", DATA, (*BINARY[1:], ("ce_id", None))),
        contact(tenant, 99, importid=str(uuid.uuid4())),
        contact("\0", 99),
        contact("\0", 99, importid=str(uuid.uuid4()), sequence=1),
    ]


def origin(letter: ConsumerRecord) -> tuple[str, int, int]:
    headers = {name: value.decode() for name, value in letter.headers if name.startswith("origin_")}
    return headers["origin_topic"], int(headers["origin_partition"]), int(headers["origin_offset"])


async def test_each_unreadable_record_is_one_dead_letter_and_the_next_is_applied_within_5_seconds(
    worker: ContactsWorker,
) -> None:
    bad = unreadable("mixed")
    await worker.start()
    await worker.ready()
    await worker.send(each for n, sent in enumerate(bad) for each in (contact("mixed", n), sent))
    await worker.send([contact("mixed", len(bad))])
    await until(lambda: _has(worker, "mixed", len(bad) + 1), within=5)
    letters = sorted(await worker.all_on(topics.DEAD_LETTERS), key=origin)
    assert [origin(letter) for letter in letters] == [(*worker.partition, 2 * n + 1) for n in range(len(bad))]
    for letter, sent in zip(letters, bad, strict=True):
        assert (letter.key, letter.value) == (sent.key, sent.value)
        assert letter.headers[: len(sent.headers)] == sent.headers
        assert dict(letter.headers)["error"] and dict(letter.headers)["reader"] == b"contacts-worker"


async def test_one_too_big_to_be_sent_on_is_told_of_without_its_value(worker: ContactsWorker) -> None:
    """Compressed it fitted into the topic."""
    await worker.start()
    await worker.send([contact("big", 0), contact("big", 99, name="x" * 4_000_000), contact("big", 1)])
    await until(lambda: _has(worker, "big", 2), within=30)
    [letter] = await worker.all_on(topics.DEAD_LETTERS)
    assert (letter.key, letter.value, origin(letter)) == (b"big", None, (*worker.partition, 1))
    assert int(dict(letter.headers)["value_bytes"]) > 4_000_000


async def test_an_imports_row_whose_data_cannot_be_read_counts_as_failed_with_its_reason(
    worker: ContactsWorker,
) -> None:
    ids = {"importid": str(uuid.uuid4())}
    rows = [contact("rows", n, sequence=n, **ids) for n in range(1, 6)]
    rows[1] = contact("rows", 2, name="x" * 2_000, sequence=2, **ids)
    rows[2] = contact("rows", 3, sequence=3, onduplicate="x" * 900_000, **ids)
    rows[3] = contact("rows", 4, name="a\0b", sequence=4, **ids)
    await worker.start()
    await worker.send(rows)
    await until(lambda: _seen(worker, "rows", 5), within=30)
    line = await worker.line("rows")
    assert [line[name] for name in ("seen", "new", "updated", "skipped", "failed")] == [5, 2, 0, 0, 3]
    tally = await until(lambda: _tally(worker, 5))
    failures = tally.data.failures
    assert [(each.sequence, each.code) for each in failures] == [
        (2, "unreadable"),
        (3, "unreadable"),
        (4, "unreadable"),
    ]
    assert ["length <= 1000" in failures[0].message, "onduplicate" in failures[1].message] == [True, True]
    assert all(0 < len(each.message) <= 1_000 for each in failures)
    assert await worker.all_on(topics.DEAD_LETTERS) == []


async def test_over_100_unreadable_in_a_row_halt_the_worker_with_its_lag_visible(worker: ContactsWorker) -> None:
    before = [contact("halted", n) for n in range(5)]
    await worker.start()
    await worker.ready()
    await worker.send(before)
    await until(lambda: _has(worker, "halted", 5), within=5)
    await worker.send([NOT_JSON] * (MOST_IN_A_ROW + 20) + [contact("halted", 5)])
    await until(lambda: _halted(worker), within=10)
    assert (await worker.health("/livez"))[0] == 200
    assert await worker.committed() <= len(before) + MOST_IN_A_ROW
    assert len(await worker.all_on(topics.DEAD_LETTERS)) == MOST_IN_A_ROW
    assert await worker.applied("halted") == [*range(5)]
    assert await worker.stop() == 0


async def test_twice_as_many_among_good_ones_of_one_batch_do_not(worker: ContactsWorker) -> None:
    """They are read at once, but are neither in a row nor a tenth."""
    among = [[contact("among", n), *([NOT_JSON] if n % 20 == 0 else [])] for n in range(40 * MOST_IN_A_ROW)]
    await worker.send(itertools.chain.from_iterable(among))
    await worker.start()
    await until(lambda: _has(worker, "among", len(among)), within=30)
    assert len(await worker.all_on(topics.DEAD_LETTERS)) == 2 * MOST_IN_A_ROW
    assert (await worker.health("/readyz"))[0] == 200


async def test_a_tenth_of_the_traffic_halts_it_too(worker: ContactsWorker) -> None:
    among = [[contact("tenth", n), *([NOT_JSON] if n % 4 == 0 else [])] for n in range(5 * MOST_IN_A_ROW)]
    await worker.send(itertools.chain.from_iterable(among))
    await worker.start()
    await until(lambda: _halted(worker), within=30)
    assert len(await worker.all_on(topics.DEAD_LETTERS)) == MOST_IN_A_ROW


async def _has(worker: ContactsWorker, tenant: str, count: int) -> bool:
    return await worker.applied(tenant) == [*range(count)]


async def _seen(worker: ContactsWorker, tenant: str, rows: int) -> bool:
    assert worker.process is not None and worker.process.returncode is None, worker.log.read_text()
    return (await worker.line(tenant))["seen"] == rows


async def _tally(worker: ContactsWorker, seen: int) -> Any:
    told = [TALLIES.decode(each.key, each.value) for each in await worker.all_on(topics.TALLIES)]
    return next((each for each in told if each.data.seen == seen), None)


async def _halted(worker: ContactsWorker) -> bool:
    status, why = await worker.health("/readyz")
    return status == 503 and (why or "").startswith("halted")
