"""A server of https, and the way out to it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from ringback.outbound import Outbound
from ringback.runtime.settings import OutboundSettings
from tests.tls_server import TlsServer, tls_server


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[TlsServer]:
    async with tls_server(tmp_path) as it:
        yield it


def way_out(server: TlsServer, allow: str = "127.0.0.0/8", seconds: float = 5) -> Outbound:
    told = {"outbound_allow": allow, "outbound_ca_file": server.ca_file, "outbound_seconds": seconds}
    return Outbound(OutboundSettings.model_validate(told))


@pytest.fixture
def outbound(server: TlsServer) -> Iterator[Outbound]:
    made = way_out(server)
    yield made
    made.close()
