"""An import is taken back on a real stack, whatever is killed on the way, and brought back again."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest

from cli.sample import write_sample
from tests.faults.round import load
from tests.faults.tenant import Tenant, tenant
from tests.faults.waiting import until
from tests.stack import Stack

SIZES = {"contacts": 6_000, "conversations": 800, "messages": 9_000, "calls": 3_000}
LISTS = ("/v1/contacts", "/v1/conversations", "/v1/messages", "/v1/calls")
#: What a record has of its own each time that it is made.
OWN = ("id", "conversation_id", "import_id", "created_at", "updated_at", "contacts", "tags")


def sample(folder: Path, seed: int, share: float = 1.0) -> bytes:
    out = folder / f"{seed}.zip"
    write_sample(out, seed=seed, **{name: int(count * share) for name, count in SIZES.items()})
    return out.read_bytes()


async def records(them: Tenant) -> list[Any]:
    """All that can be read, but what is each record's own; tags but an import's own."""
    shown = []
    for path in LISTS:
        for item in await them.all(path):
            tags = sorted(tag for tag in item.get("tags", ()) if not tag.startswith("import:"))
            kept = {name: value for name, value in item.items() if name not in OWN}
            shown.append(repr((path, sorted(kept.items()), tags)))
    return sorted(shown)


async def asked(them: Tenant, import_id: str, what: str) -> Any:
    answer = await them.http.post(f"/v1/imports/{import_id}/{what}")
    assert answer.status_code == 202, answer.text
    return answer.json()


async def undone(them: Tenant, import_id: str) -> Any:
    return await them.ended((await asked(them, import_id, "undo"))["id"], within=120 * load())


def sums(figures: dict[str, dict[str, int]]) -> dict[str, int]:
    return {entity: each["removed"] + each["restored"] + each["kept"] for entity, each in figures.items()}


@pytest.mark.parametrize("victims", [("contacts-worker", "conversations-worker"), ("ingest-worker",)])
async def test_an_undo_ends_right_whoever_is_killed_in_the_middle(
    shared_stack: Stack, tmp_path: Path, victims: tuple[str, ...]
) -> None:
    async with tenant(shared_stack, f"undo-{victims[0]}") as them:
        await them.imported(sample(tmp_path, 1, share=0.1))
        stood = await records(them)
        second = await them.imported(sample(tmp_path, 2))
        preview = (await them.get(f"/v1/imports/{second['id']}/undo"))["files"]
        undo = await asked(them, second["id"], "undo")
        await until(lambda: _some_is_done(them, undo["id"]), within=30 * load())
        for victim in victims:
            shared_stack.kill(victim)
        it = await them.ended(undo["id"], within=120 * load())
        assert (it["status"], it["undoes"]) == ("finished", second["id"])
        assert (await them.get(f"/v1/imports/{second['id']}"))["status"] == "undone"
        assert await records(them) == stood
        assert it["undone"] == {
            entity: {name: each[name] for name in ("removed", "restored", "kept")} for entity, each in preview.items()
        }


async def test_what_was_undone_is_brought_back_and_people_keep_what_they_said(
    shared_stack: Stack, tmp_path: Path
) -> None:
    async with tenant(shared_stack, "undo-redo") as them:
        it = await them.imported(sample(tmp_path, 3, share=0.05))
        stood = await records(them)
        contact = (await them.all("/v1/contacts"))[0]
        said = await them.http.patch(f"/v1/contacts/{contact['id']}", json={"company": "Said by hand"})
        assert said.status_code == 200, said.text
        told = await undone(them, it["id"])
        assert told["undone"]["contacts"]["removed"] == len([each for each in stood if "/v1/contacts" in each[:16]]) - 1
        [left] = await them.all("/v1/contacts")
        assert (left["id"], left["company"], left["first_name"]) == (contact["id"], "Said by hand", None)
        assert not any([await them.all(path) for path in LISTS[1:]])
        refused = await them.http.post(f"/v1/imports/{it['id']}/undo")
        assert (refused.status_code, refused.json()["code"]) == (409, "undone")
        again = await them.ended((await asked(them, it["id"], "redo"))["id"])
        assert (again["status"], again["parent"]) == ("finished", it["id"])
        shown = await records(them)
        assert len(set(stood) - set(shown)) <= 2
        assert (await them.http.post(f"/v1/imports/{it['id']}/redo")).json()["code"] == "redone"
        progress = await them.get(f"/v1/progress/{told['id']}")
        assert progress["status"] == "finished"
        assert sums(progress["entities"]) == sums(told["undone"])


async def _some_is_done(them: Tenant, import_id: str) -> bool:
    try:
        figures = (await them.get(f"/v1/imports/{import_id}"))["undone"]
    except httpx2.TransportError:
        return False
    await asyncio.sleep(0)
    return any(sum(each.values()) for each in figures.values())
