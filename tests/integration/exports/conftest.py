"""The services on real databases, with their APIs, and no Kafka between."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from tests.integration.exports.tenants import Apis, apis
from tests.integration.fold.three_services import Services, connected, migrate
from tests.signing import KEY_FILE
from tests.stack import Infrastructure


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def services(infrastructure: Infrastructure) -> AsyncIterator[Services]:
    await asyncio.to_thread(migrate, infrastructure)
    async with connected(infrastructure) as services:
        yield services


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def api(infrastructure: Infrastructure, services: Services) -> AsyncIterator[Apis]:
    async with AsyncExitStack() as serving:
        # They read it when they are made; whatever test comes behind must not.
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("RINGBACK_SIGNING_KEYS", str(KEY_FILE))
            for service in ("contacts", "conversations", "calls"):
                environment.setenv(f"RINGBACK_{service.upper()}_API_DSN", infrastructure.dsn(service, "api"))
            served = await serving.enter_async_context(apis())
        yield served
