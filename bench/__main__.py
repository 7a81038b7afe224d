"""`make bench`: messages, then contacts, through the whole stack, each beside the floor on the same file.

Prints a table for each import, then one line of JSON. Of messages: rows_per_s, floor_rows_per_s, ratio, event_ms_p50,
event_ms_p99. Of contacts: rows_per_s and ratio with `update`, where a tenth of the rows meet one that came before, and
with `create_new`, and the floor of both.
"""

import asyncio
import io
import json
import tempfile
import zipfile
from pathlib import Path

from bench import floor, latency
from bench.importing import Load, rows_per_second
from cli.connection import DEMO_TENANT
from cli.private_stack import PrivateStack
from cli.sample import write_sample
from ringback.events import topics
from standalone import infrastructure
from standalone.state import State

ROWS = 100_000
#: Four seconds' worth.
CONTACTS = 50_000
SEED = 7


def main() -> None:
    """The stack is its own and goes with the run."""
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder:
        stack = PrivateStack(Path(folder))
        try:
            stack.start()
            figures = asyncio.run(_measure(Path(folder), Path(folder) / "state"))
        finally:
            stack.stop()
    print(json.dumps(figures))


async def _measure(files: Path, folder: Path) -> dict[str, float]:
    return {**await _messages(files / "messages.zip", folder), **await _contacts(files / "contacts.zip", folder)}


async def _messages(archive: Path, folder: Path) -> dict[str, float]:
    state = State.open(folder)
    write_sample(archive, 0, 0, ROWS, 0, SEED)
    floor_rate = await _floor(archive, floor.MESSAGES, state)
    rate = await rows_per_second(Load(archive, "messages", "conversations", ROWS), DEMO_TENANT, folder)
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


async def _contacts(archive: Path, folder: Path) -> dict[str, float]:
    """Each policy by a tenant that has none yet."""
    write_sample(archive, CONTACTS, 0, 0, 0, SEED)
    floor_rate = await _floor(archive, floor.CONTACTS, State.open(folder))
    load = Load(archive, "contacts", "contacts", CONTACTS)
    figures: dict[str, float] = {"contacts_floor_rows_per_s": round(floor_rate)}
    for policy in ("update", "create_new"):
        rate = await rows_per_second(load, policy, folder, on_duplicate=policy)
        figures[f"contacts_{policy}_rows_per_s"] = round(rate)
        figures[f"contacts_{policy}_ratio"] = round(rate / floor_rate, 3)
    return figures


async def _floor(archive: Path, shape: floor.Shape, state: State) -> float:
    with zipfile.ZipFile(archive) as opened, opened.open(f"{shape.name}.csv") as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        return await floor.rows_per_second(text, shape, state.dsn("postgres", "postgres"))


if __name__ == "__main__":
    main()
