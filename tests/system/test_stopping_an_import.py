"""An import is paused and cancelled on a real stack: nothing comes 2 s after the answer, whatever is killed."""

import time
from pathlib import Path
from typing import Any

import httpx2

from cli.sample import write_sample
from tests.faults.round import load
from tests.faults.tenant import Tenant, tenant
from tests.faults.waiting import until
from tests.stack import Stack

#: More than a stack takes in before it is asked to stop, and is through with 2 s later.
MESSAGES = 40_000
#: Seconds after the answer, by which what was on its way has landed; and for which nothing comes then.
LANDED, WATCHED = 2.0, 2.0
WORKERS = ("ingest-worker", "conversations-worker", "http")


def sample(folder: Path) -> bytes:
    out = folder / "messages.zip"
    write_sample(out, contacts=0, conversations=0, messages=MESSAGES, calls=0, seed=4)
    return out.read_bytes()


async def asked(them: Tenant, import_id: str, what: str) -> Any:
    answer = await them.http.post(f"/v1/imports/{import_id}/{what}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def figures(them: Tenant, import_id: str) -> dict[str, int] | None:
    """As the ledger's line was announced; None while the API is away."""
    try:
        entities = (await them.get(f"/v1/progress/{import_id}"))["entities"]
    except (httpx2.TransportError, AssertionError):
        return None
    line: dict[str, int] | None = entities.get("messages")
    return line


async def under_way(them: Tenant, import_id: str, behind: int = 0) -> None:
    async def more() -> bool:
        line = await figures(them, import_id)
        return line is not None and line["processed"] > behind

    await until(more, within=60 * load(), every=0.1)


async def at_rest(them: Tenant, import_id: str, answered: float) -> int:
    """The rows that were processed 2 s after the answer, which are as many for some time after."""
    await until(lambda: time.monotonic() > answered + LANDED * load())
    landed = await figures(them, import_id)
    assert landed is not None
    seen: list[int] = []

    async def watched() -> bool:
        line = await figures(them, import_id)
        seen.append(line["processed"] if line else landed["processed"])
        return time.monotonic() > answered + (LANDED + WATCHED) * load()

    await until(watched, every=0.2)
    assert set(seen) == {landed["processed"]}
    return landed["processed"]


async def test_a_pause_holds_through_kills_and_a_cancel_says_exactly_what_is_written(
    shared_stack: Stack, tmp_path: Path
) -> None:
    async with tenant(shared_stack, "stopping") as them:
        import_id = await them.upload(sample(tmp_path))
        await under_way(them, import_id)
        assert (await asked(them, import_id, "pause"))["status"] == "paused"
        paused = await at_rest(them, import_id, time.monotonic())
        assert 0 < paused < MESSAGES
        for worker in WORKERS:
            shared_stack.kill(worker)
        await until(lambda: _there(them), within=60 * load())
        assert await at_rest(them, import_id, time.monotonic()) == paused
        assert (await them.get(f"/v1/imports/{import_id}"))["status"] == "paused"
        await asked(them, import_id, "resume")
        await under_way(them, import_id, behind=paused)
        await asked(them, import_id, "cancel")
        for worker in WORKERS[:2]:
            shared_stack.kill(worker)
        it = await them.ended(import_id, within=120 * load())
        assert it["status"] == "cancelled"
        written = len(await them.all("/v1/messages", contacts=False))
        assert 0 < it["summary"]["messages"]["new"] == written < MESSAGES


async def _there(them: Tenant) -> bool:
    try:
        return await them.status("/v1/imports") == 200
    except httpx2.TransportError:
        return False
