"""Of any size: dry is as real, the same file again is nothing new, memory stays flat (`make sizes`: 100,000 rows)."""

import os
from pathlib import Path
from typing import Any

import pytest

from cli.sample_table import write_table
from tests.faults.memory import flat_memory
from tests.faults.round import load
from tests.faults.tenant import Tenant, tenant
from tests.stack import Stack

FORMATS = ("csv", "xlsx", "json", "ndjson")
SHORT = [(10, "csv"), *((500, each) for each in FORMATS), (5_000, "csv"), (5_000, "xlsx")]
LONG = os.environ.get("RINGBACK_ROWS")
SIZES = [(int(LONG), each) for each in FORMATS] if LONG else SHORT


@pytest.mark.parametrize(("rows", "format"), SIZES)
async def test_a_table_of_any_size_is_dry_as_real_and_the_second_time_nothing_new(
    shared_stack: Stack, tmp_path: Path, rows: int, format: str
) -> None:
    file = tmp_path / f"contacts.{format}"
    write_table(file, rows, seed=rows)
    async with tenant(shared_stack, f"{rows}-{format}") as them, flat_memory(shared_stack):
        dry = await imported(them, file, rows, dry_run=True)
        real = await imported(them, file, rows, dry_run=False)
        again = await imported(them, file, rows, dry_run=False)
        assert len(await them.all("/v1/contacts")) == real["new"] > 0.7 * rows
    assert dry == real
    assert again == {"rows": rows, "new": 0, "updated": 0, "skipped": rows - real["failed"], "failed": real["failed"]}


async def imported(them: Tenant, file: Path, rows: int, dry_run: bool) -> dict[str, Any]:
    """The figures of its contacts, which account for every row."""
    with file.open("rb") as content:
        form = {"dry_run": str(dry_run).lower()}
        answer = await them.http.post(
            "/v1/imports", files={"file": (file.name, content)}, data=form, timeout=120 * load()
        )
    assert answer.status_code == 202, answer.text
    await take_what_is_likely(them, answer.json())
    it = await them.ended(answer.json()["id"], within=(30 + rows / 1_000) * load())
    assert it["status"] == "finished", it["reason"]
    figures: dict[str, Any] = it["summary"]["contacts"]
    assert figures["rows"] == rows == sum(figures[name] for name in ("new", "updated", "skipped", "failed"))
    return figures


async def take_what_is_likely(them: Tenant, started: dict[str, Any]) -> None:
    """One of the columns nobody knows: it is a custom field."""
    if started["status"] == "needs_mapping":
        path = f"/v1/imports/{started['id']}/mapping"
        columns = [{"field": each["field"]} for each in (await them.get(path))["columns"]]
        answer = await them.http.put(path, json={"columns": columns})
        assert answer.status_code == 200, answer.text
