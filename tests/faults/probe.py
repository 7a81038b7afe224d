"""Someone who asks the API all the while: it answers within 5 seconds, and never with a failure of its own."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2

from tests.faults.tenant import Tenant

#: Seconds in which every answer comes, also that a server is away.
WITHIN = 5.0
PATHS = ("/v1/contacts?limit=1", "/v1/conversations?limit=1", "/v1/calls?limit=1", "/v1/imports?limit=1")


class Probe:
    """`statuses` of all answers, and the slowest; refused and broken connections are those of a killed server."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self.statuses: Counter[int] = Counter()
        self.unreached = 0
        self.slowest = 0.0, ""

    async def run(self) -> None:
        while True:
            await asyncio.gather(*(self._ask(path) for path in PATHS))
            await asyncio.sleep(0.25)

    async def _ask(self, path: str) -> None:
        began = time.monotonic()
        try:
            answer = await self._tenant.http.get(path, timeout=4 * WITHIN)
            self.statuses[answer.status_code] += 1
        except httpx2.TimeoutException:
            self.statuses[0] += 1
        except httpx2.TransportError:
            self.unreached += 1
            return
        self.slowest = max(self.slowest, (time.monotonic() - began, path))

    def check(self, load: float) -> None:
        """Where more wants to run than there are cores, everything takes so much longer."""
        assert set(self.statuses) <= {200, 503}, f"answers: {dict(self.statuses)}"
        seconds, path = self.slowest
        assert seconds <= WITHIN * load, f"{path} was answered after {seconds:.1f} s"


@asynccontextmanager
async def probing(tenant: Tenant) -> AsyncIterator[Probe]:
    probe = Probe(tenant)
    task = asyncio.create_task(probe.run())
    try:
        yield probe
    finally:
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled():
        task.result()
