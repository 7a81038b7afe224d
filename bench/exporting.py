"""`python -m bench.exporting [CONTACTS]`: 200,000 contacts out in every format, and the memory the API takes for it.

Prints a line for each: seconds, megabytes of the file, and by how much the process grew at most.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx2

from ringback.http.keys import Keyring
from ringback.http.tokens import sign
from standalone import infrastructure, ports
from standalone.postgres_binaries import account, data_home
from standalone.state import State
from standalone.supervisor import Supervisor

CONTACTS = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
#: As many as an import makes of such rows, and of a size like people's.
FILL = """
    INSERT INTO contacts (tenant_id, id, source, external_id, custom, first_name, last_name, phone, email, company,
        title, address_line_1, city, state, postal_code, country, status, lead_source, tags, lists,
        created_at, updated_at)
    SELECT 'demo', n, 'parser-csv', 'contact-' || n,
        jsonb_build_object('Shoe size', (n % 20)::text, 'Note', repeat('note ', 10)),
        'Ada' || n, 'Lovelace', '+1415' || (2000000 + n), 'ada' || n || '@example.com', 'Analytical Engines',
        'Engineer', n || ' Main Street', 'San Francisco', 'CA', '94103', 'US', 'active', 'Web',
        '{a,b}', '{Guests,Friends}', now(), now()
    FROM generate_series(1, $1::int) AS n
"""


async def main() -> None:
    """On a database of its own, which is given up afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        state = State.create(Path(folder) / "state")
        state.choose_ports(infrastructure.PORTS)
        supervisor = Supervisor(state.path)
        try:
            await infrastructure.start_postgres(supervisor, state)
            await _fill(state)
            with _api(state) as api:
                await _export(state, *api)
        finally:
            await supervisor.stop(["postgres"], within=5)
            if account() is not None:
                shutil.rmtree(data_home(state.path, state.identity))


async def _fill(state: State) -> None:
    environment = os.environ | {"RINGBACK_CONTACTS_OWNER_DSN": state.dsn("contacts_owner", "contacts")}
    migrate = [sys.executable, "-m", "services.contacts", "migrate"]
    await asyncio.to_thread(subprocess.run, migrate, env=environment, check=True)
    writer = await asyncpg.connect(state.dsn("contacts_writer", "contacts"))
    await writer.execute(FILL, CONTACTS)
    await writer.close()


@contextmanager
def _api(state: State) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = ports.free(set())
    environment = os.environ | {
        "RINGBACK_CONTACTS_API_DSN": state.dsn("contacts_api", "contacts"),
        "RINGBACK_SIGNING_KEYS": str(state.signing_keys),
        "RINGBACK_HTTP_PORT": str(port),
    }
    log = (state.path / "api.log").open("wb")
    api = subprocess.Popen([sys.executable, "-m", "services.contacts", "api"], env=environment, stdout=log, stderr=log)
    try:
        yield api, f"http://127.0.0.1:{port}"
    finally:
        api.terminate()
        api.wait()


async def _export(state: State, api: subprocess.Popen[bytes], url: str) -> None:
    headers = {"Authorization": f"Bearer {sign(Keyring(state.signing_keys).signing, tenant='demo', role='viewer')}"}
    async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=600, trust_env=False) as client:
        await _ready(client)
        before = _megabytes(api.pid, "VmRSS")
        for format in ("xlsx", "csv", "ndjson", "json"):
            began, size = time.monotonic(), 0
            async with client.stream("GET", "/v1/exports/contacts", params={"format": format}) as answer:
                answer.raise_for_status()
                async for chunk in answer.aiter_bytes():
                    size += len(chunk)
            seconds, grown = time.monotonic() - began, _megabytes(api.pid, "VmHWM") - before
            print(f"{format}: {seconds:.1f} s, {size / 1e6:.1f} MB; grew from {before:.0f} by {grown:.0f} MB by then")


async def _ready(client: httpx2.AsyncClient) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                if (await client.get("/readyz")).status_code == 200:
                    return
            except httpx2.TransportError:
                await asyncio.sleep(0.1)


def _megabytes(pid: int, field: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(each for each in status.splitlines() if each.startswith(field))
    return int(line.split()[1]) / 1_024


if __name__ == "__main__":
    asyncio.run(main())
