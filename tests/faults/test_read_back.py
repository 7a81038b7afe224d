"""What was imported is what the public APIs show, field by field, page by page."""

import pytest

from tests.faults.conftest import Tenants
from tests.faults.expected import expected
from tests.faults.shown import as_the_api_shows, shown


@pytest.mark.parametrize("seed", [3])
async def test_the_records_of_a_messy_archive_read_back_as_the_reference_has_them(tenants: Tenants, seed: int) -> None:
    told = expected(seed, 250, 120, 300, 220)
    async with tenants(f"read-back-{seed}") as tenant:
        it = await tenant.imported(told.archive)
        assert it["summary"] == told.first
        assert await shown(tenant) == as_the_api_shows(told.snapshot, it)
