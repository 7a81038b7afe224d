"""Ingest with a worker, so that what is mapped ends, and a tenant of each test's own."""

import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.test_ingest_stack import Ingest, ingest_on
from tests.stack import Infrastructure


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ingest(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ingest]:
    async with (
        ingest_on(infrastructure, tmp_path_factory.mktemp("spool"), "ingest-mapping-test.") as running,
        running.worker(),
    ):
        yield running


@pytest.fixture
def tenant() -> str:
    return f"mapping-{uuid.uuid4()}"
