"""One import through the whole stack, measured."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from bench.processes import cpu_seconds, peak_megabytes
from cli.keys import local_token
from standalone.state import State


@dataclass(frozen=True)
class Load:
    """A file of so many rows of one entity, which `service` stores in a table of that name."""

    file: Path
    entity: str
    service: str
    rows: int


async def rows_per_second(load: Load, tenant: str, folder: Path, **form: str) -> float:
    """From the 202 to the last row visible and counted."""
    before = cpu_seconds(folder)
    headers = {"Authorization": f"Bearer {local_token(folder, tenant, 'owner')}"}
    async with httpx2.AsyncClient(base_url=State.open(folder).url, headers=headers, timeout=60) as client:
        with load.file.open("rb") as file:
            accepted = await client.post("/v1/imports", files={"file": file}, data={"dry_run": "false", **form})
        started = time.perf_counter()
        path = f"/v1/imports/{accepted.raise_for_status().json()['id']}"
        ended = await _ended(client, path)
        seconds = time.perf_counter() - started
    counts = ended["summary"][load.entity]
    assert ended["status"] == "finished" and counts["rows"] == load.rows, ended
    await _visible(folder, load, tenant, counts["new"])
    print(" ".join((f"{load.rows} {load.entity}", *form.values(), f"in {seconds:.2f} s: {counts}")))
    for name, used in cpu_seconds(folder).items():
        print(f"  {name:22}{used - before[name]:7.2f} CPU s")
    print(f"  ingest's peak memory  {peak_megabytes(folder, 'ingest-worker'):7.0f} MB")
    return load.rows / seconds


async def _ended(client: httpx2.AsyncClient, path: str) -> dict[str, Any]:
    """The import once it has ended; the look costs some ms of CPU, so ten a second is often enough."""
    while True:
        state: dict[str, Any] = (await client.get(path)).json()
        if state["status"] in ("finished", "failed"):
            return state
        await asyncio.sleep(0.1)


async def _visible(folder: Path, load: Load, tenant: str, new: int) -> None:
    reader = await asyncpg.connect(State.open(folder).dsn(f"{load.service}_writer", load.service))
    stored = await reader.fetchval(f"SELECT count(*) FROM {load.entity} WHERE tenant_id = $1", tenant)
    await reader.close()
    assert stored == new, f"{stored} rows stored, {new} counted as new"
