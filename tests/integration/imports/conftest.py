"""One ingest with its worker, on a database of its own, for all whose imports end there."""

import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.ingest_alone import Ingest, ingest_on
from tests.integration.own_database import own_database
from tests.stack import Infrastructure


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ingest(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ingest]:
    async with (
        own_database(infrastructure, "ingest", "ingest_imports") as database,
        ingest_on(infrastructure, tmp_path_factory.mktemp("spool"), "ingest-imports-test.", database) as running,
        running.worker(),
    ):
        yield running


@pytest.fixture
def tenant() -> str:
    return f"imports-{uuid.uuid4()}"
