"""What the rules say of an archive, by the reference, which shares nothing with the product."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.reference.archives import messy_archive
from tests.reference.fold import Tenant
from tests.reference.model import Counts
from tests.reference.parse import read_archive

Summary = dict[str, dict[str, int]]


#: Rows of contacts, conversations, messages and calls.
SIZES = {
    # Another tenant's, and read back whole.
    "beside": (250, 40, 300, 220),
    "slice": (1_200, 300, 2_000, 1_200),
    # More than the window holds at first, so that each entity is still under way when the first kill comes.
    "kills": (5_500, 600, 5_500, 5_500),
    "campaign": (8_000, 1_500, 12_000, 8_000),
    "full": (100_000, 20_000, 300_000, 50_000),
}


#: Stands for the tag that an import has of its own where its form says none: each has another.
OWN_TAG = "import:"


@dataclass
class Expected:
    """An archive, and what its first and its second import must come to; `snapshot` is after the first."""

    archive: bytes
    first: Summary
    again: Summary
    records: dict[str, int]
    snapshot: dict[str, list[dict[str, Any]]]


def expected(seed: int, contacts: int, conversations: int, messages: int, calls: int) -> Expected:
    """Runs for seconds on a big archive: in a process of its own, it holds nobody up."""
    data = messy_archive(seed, contacts, conversations, messages, calls)
    read = read_archive(data)
    tenant = Tenant()
    first = _summary(tenant.import_archive(read, "first", tags=(OWN_TAG,)))
    shown = tenant.snapshot()
    again = _summary(tenant.import_archive(read, "again", tags=(OWN_TAG,)))
    assert all(counts["new"] == counts["updated"] == 0 for counts in again.values())
    return Expected(data, first, again, {entity: len(records) for entity, records in shown.items()}, shown)


def _summary(counts: dict[str, Counts]) -> Summary:
    return {entity: each.as_dict() for entity, each in counts.items()}


class Archives(dict[str, "asyncio.Future[Expected]"]):
    """By size, each read when it is first asked for, in a process of its own."""

    def __init__(self, pool: ProcessPoolExecutor, seed: int) -> None:
        self._pool, self._seed = pool, seed

    def begin(self, *sizes: str) -> None:
        """Before anybody waits for them."""
        for size in sizes:
            self.__getitem__(size)

    def __missing__(self, size: str) -> "asyncio.Future[Expected]":
        reading = asyncio.get_running_loop().run_in_executor(self._pool, expected, self._seed, *SIZES[size])
        self[size] = reading
        return reading
