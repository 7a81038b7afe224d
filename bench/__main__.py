"""`make bench`: 100,000 messages through the whole stack, beside the floor on the same file in the same run.

Prints a table, then one line of JSON: rows_per_s, floor_rows_per_s, ratio, event_ms_p50, event_ms_p99.
"""

import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from bench import floor, latency
from bench.processes import cpu_seconds, peak_megabytes
from cli.private_stack import PrivateStack
from cli.sample import write_sample
from ringback.events import topics
from standalone import infrastructure
from standalone.state import State

ROWS = 100_000
SEED = 7


def main() -> None:
    """The stack is its own and goes with the run."""
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder:
        archive = Path(folder) / "messages.zip"
        write_sample(archive, 0, 0, ROWS, 0, SEED)
        stack = PrivateStack(Path(folder))
        try:
            connection = stack.start()
            figures = asyncio.run(_measure(archive, Path(folder) / "state", connection.url, connection.token))
        finally:
            stack.stop()
    print(json.dumps(figures))


async def _measure(archive: Path, folder: Path, url: str, token: str) -> dict[str, float]:
    state = State.open(folder)
    floor_rate = await floor.rows_per_second(archive, state.dsn("postgres", "postgres"))
    rate = await _import(archive, folder, url, token)
    reader = state.dsn("conversations_writer", "conversations")
    topic = f"ringback.{topics.MESSAGES.name}"
    waits = await latency.milliseconds(infrastructure.bootstrap(state), topic, reader)
    return {
        "rows_per_s": round(rate),
        "floor_rows_per_s": round(floor_rate),
        "ratio": round(rate / floor_rate, 3),
        "event_ms_p50": round(waits[len(waits) // 2], 1),
        "event_ms_p99": round(waits[len(waits) * 99 // 100], 1),
    }


async def _import(archive: Path, folder: Path, url: str, token: str) -> float:
    """Rows a second from the 202 to the last row visible and counted."""
    before = cpu_seconds(folder)
    async with httpx2.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
        with archive.open("rb") as file:
            accepted = await client.post("/v1/imports", files={"file": file}, data={"dry_run": "false"})
        started = time.perf_counter()
        path = f"/v1/imports/{accepted.raise_for_status().json()['id']}"
        ended = await _ended(client, path)
        seconds = time.perf_counter() - started
    counts = ended["summary"]["messages"]
    assert ended["status"] == "finished" and counts["rows"] == ROWS, ended
    await _visible(folder, counts["new"])
    after = cpu_seconds(folder)
    print(f"{ROWS} messages in {seconds:.2f} s: {counts}")
    for name, used in after.items():
        print(f"  {name:22}{used - before[name]:7.2f} CPU s")
    print(f"  ingest's peak memory  {peak_megabytes(folder, 'ingest-worker'):7.0f} MB")
    return ROWS / seconds


async def _ended(client: httpx2.AsyncClient, path: str) -> dict[str, Any]:
    """The import once it has ended; the look costs some ms of CPU, so ten a second is often enough."""
    while True:
        state: dict[str, Any] = (await client.get(path)).json()
        if state["status"] in ("finished", "failed"):
            return state
        await asyncio.sleep(0.1)


async def _visible(folder: Path, new: int) -> None:
    reader = await asyncpg.connect(State.open(folder).dsn("conversations_writer", "conversations"))
    stored = await reader.fetchval("SELECT count(*) FROM messages")
    await reader.close()
    assert stored == new, f"{stored} rows stored, {new} counted as new"


if __name__ == "__main__":
    main()
