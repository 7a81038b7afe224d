"""What the rules say of an archive, by the reference, which shares nothing with the product."""

from dataclasses import dataclass
from typing import Any

from tests.reference.archives import messy_archive
from tests.reference.fold import Tenant
from tests.reference.parse import read_archive

Summary = dict[str, dict[str, int]]


@dataclass
class Expected:
    """An archive, and what its first and its second import must come to."""

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
    first = {entity: counts.as_dict() for entity, counts in tenant.import_archive(read, "first").items()}
    shown = tenant.snapshot()
    again = {entity: counts.as_dict() for entity, counts in tenant.import_archive(read, "again").items()}
    assert all(counts["new"] == counts["updated"] == 0 for counts in again.values())
    return Expected(data, first, again, {entity: len(records) for entity, records in shown.items()}, shown)
