"""An import taken back: what that would do, the undo as an import of its own, and what was undone brought back."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.events import ENDED, Entity
from ringback.http.auth import Authenticated, Caller, require
from ringback.http.peers import Peer, PeerAway
from ringback.http.problems import Problem, documented
from ringback.http.undo import Preview
from ringback.postgres.tenancy import tenant_session
from services.ingest import import_log
from services.ingest.api import children, queries, retry_queries, views
from services.ingest.api.apply import CAME_TO_NOTHING
from services.ingest.api.imports import ImportId, no_such_import
from services.ingest.sender.commands import needed

router = APIRouter()

Undoer = Annotated[Caller, Depends(require("admin", "owner"))]

#: Which service keeps the records of a file.
KEEPER: dict[Entity, str] = {
    "contacts": "contacts",
    "conversations": "conversations",
    "messages": "conversations",
    "calls": "calls",
}
#: Seconds in which a service has folded as many records as an import may have.
WITHIN = 60.0


class UndoPreview(BaseModel):
    """By file. What changes until the undo is asked for changes its figures too."""

    files: dict[str, Preview]


@router.get("/v1/imports/{import_id}/undo", response_model=UndoPreview, responses=documented(404, 409, 503))
async def preview(request: Request, caller: Authenticated, import_id: ImportId) -> Any:
    """What an undo would remove, restore and keep, and whose the rest is; nothing is written."""
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        it = await _undoable(connection, import_id)
        files = await queries.files_of(connection, [it["id"]])
    # A line that nobody closed was never begun: its service knows nothing of it.
    entities = [each["entity"] for each in files if each["closed"]]
    peers: dict[str, Peer] = request.app.state.peers
    ways = [peers[KEEPER[entity]].get(request, f"/v1/{entity}/undo/{import_id}", within=WITHIN) for entity in entities]
    try:
        answers = await asyncio.gather(*ways)
    except PeerAway as away:
        detail = f"{away.name} did not answer: try again in a moment."
        raise Problem(503, "Away", detail, headers={"Retry-After": "1"}, away=away.name) from away
    nothing = {each["entity"]: {"removed": 0, "restored": 0, "kept": 0, "others": []} for each in files}
    return {"files": nothing | dict(zip(entities, answers, strict=True))}


@router.post(
    "/v1/imports/{import_id}/undo", status_code=202, response_model=views.ImportItem, responses=documented(404, 409)
)
async def undo(request: Request, caller: Undoer, import_id: ImportId) -> Any:
    """Takes an import for real out again, as an import of its own: what others said of its records stays."""
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        it = await _undoable(connection, import_id, lock=True)
        files = [
            {name: each[name] for name in ("entity", "name")} | {"undo": True, "rows": needed(each["seen"])}
            for each in await queries.files_of(connection, [it["id"]])
        ]
        own = {"undoes": it["id"], "retry_of": None, "created_by": caller.subject, "dry_run": False}
        entry = import_log.undoing(caller.subject, it)
        child = await children.add_child(connection, it, own, files, (), entry)
        await queries.change_import(connection, it, {"status": "undoing"})
        await queries.note(connection, it, import_log.begun_undoing(caller.subject, child["id"]))
        return views.item(child, await queries.files_of(connection, [child["id"]]))


@router.post(
    "/v1/imports/{import_id}/redo", status_code=202, response_model=views.ImportItem, responses=documented(404, 409)
)
async def redo(request: Request, caller: Undoer, import_id: ImportId) -> Any:
    """Imports the file of an import that was undone once more, with its settings and mapping, as a child of it."""
    engine = request.app.state.engine
    async with tenant_session(engine, caller.tenant) as connection:
        it = await _undone(connection, import_id)
    if not await request.app.state.spool.exists(it["spool_key"]):
        raise _conflict("redone", "file_gone", "Its file is not kept any more: send it again.")
    async with tenant_session(engine, caller.tenant) as connection:
        it = await _undone(connection, import_id, lock=True)
        files = children.files_like(await queries.files_of(connection, [it["id"]]))
        own = {"created_by": caller.subject, "dry_run": False}
        child = await children.add_child(connection, it, own, files, (), import_log.redoing(caller.subject, it))
        if it["retry_of"] is not None:
            origin = await queries.get_import(connection, it["retry_of"], lock=True)
            assert origin is not None, "an import is never removed"
            await retry_queries.take_same(connection, child, it, origin)
        await queries.note(connection, it, import_log.redone(caller.subject, child["id"]))
        return views.item(child, await queries.files_of(connection, [child["id"]]))


async def _undoable(connection: AsyncConnection, import_id: ImportId, *, lock: bool = False) -> RowMapping:
    it = await queries.get_import(connection, import_id, lock=lock)
    if it is None:
        raise no_such_import()
    if it["dry_run"]:
        raise _conflict("undone", "dry", "It was a dry run, and wrote nothing.")
    if it["undoes"] is not None:
        raise _conflict("undone", "an_undo", f"It is an undo: redo {it['undoes']}.")
    if it["status"] not in ENDED:
        detail = f"It is {it['status']}: " + ("wait for it." if it["status"] == "undoing" else "cancel it first.")
        raise _conflict("undone", "not_ended", detail, status_of_import=it["status"])
    if it["status"] == "undone":
        raise _conflict("undone", "undone", "It is undone already.")
    return it


async def _undone(connection: AsyncConnection, import_id: ImportId, *, lock: bool = False) -> RowMapping:
    it = await queries.get_import(connection, import_id, lock=lock)
    if it is None:
        raise no_such_import()
    if it["status"] != "undone":
        raise _conflict("redone", "not_undone", f"It is {it['status']}.", status_of_import=it["status"])
    again = await queries.run_again_as(connection, it)
    if again is not None and again["status"] not in CAME_TO_NOTHING:
        detail = f"It was brought back already, as import {again['id']}, which is {again['status']}."
        raise _conflict("redone", "redone", detail, import_id=str(again["id"]))
    return it


def _conflict(what: str, code: str, detail: str, **extra: Any) -> Problem:
    return Problem(409, f"It cannot be {what}", detail, code=code, **extra)
