"""The contacts API on a database of its own, for all that people do with contacts there."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio

from tests.integration.people.people import People, people_on
from tests.stack import Infrastructure


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running(infrastructure: Infrastructure) -> AsyncIterator[People]:
    async with people_on(infrastructure, "people") as people:
        yield people


@pytest.fixture
def people(running: People) -> People:
    """As a tenant that no other test has."""
    running.tenant = f"people-{uuid4()}"
    return running
