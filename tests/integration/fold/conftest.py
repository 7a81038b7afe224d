"""The services, connected once a session."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from tests.integration.fold.three_services import Services, connected, migrate
from tests.stack import Infrastructure


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def services(infrastructure: Infrastructure) -> AsyncIterator[Services]:
    """Alembic runs a loop of its own, and so in a thread."""
    await asyncio.to_thread(migrate, infrastructure)
    async with connected(infrastructure) as services:
        yield services
