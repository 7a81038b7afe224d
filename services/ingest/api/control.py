"""A person stops an import: for now, or where it stands."""

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Request
from sqlalchemy import RowMapping, func

from ringback.http.auth import Caller, require
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from services.ingest import import_log
from services.ingest.api import queries, views
from services.ingest.api.imports import ImportId, no_such_import
from services.ingest.import_log import Entry

router = APIRouter()

Controller = Annotated[Caller, Depends(require("member", "admin", "owner"))]


class Change(NamedTuple):
    """Of an import's row, and what its log says of it."""

    values: dict[str, Any]
    entry: Entry


#: What becomes of an import by somebody's wish: None where it is so already; raises Problem where it cannot be.
Decision = Callable[[RowMapping, str], Change | None]


def paused(it: RowMapping, who: str) -> Change | None:
    """What is on its way lands, for about a second, and then nothing comes until it is resumed."""
    if it["status"] == "paused":
        return None
    if it["status"] not in ("queued", "running") or it["cancelled_by"] is not None:
        raise _conflict("paused", it)
    return Change({"status": "paused"}, import_log.paused(who))


def resumed(it: RowMapping, who: str) -> Change | None:
    """Behind the tenant's imports that run; one that was not paused goes on as it is."""
    if it["status"] in ("queued", "running") and it["cancelled_by"] is None:
        return None
    if it["status"] != "paused":
        raise _conflict("resumed", it)
    return Change({"status": "queued"}, import_log.continued(who))


def cancelled(it: RowMapping, who: str) -> Change | None:
    """At once where no worker has begun with it; else a worker closes its lines where they stand."""
    if it["status"] == "cancelled" or it["cancelled_by"] is not None:
        return None
    if it["ended_at"] is not None:
        raise _conflict("cancelled", it)
    if it["undoes"] is not None:
        detail = "It is an undo, and goes on to its end: redo the import then, or pause the undo."
        raise Problem(409, "It cannot be cancelled", detail, code="cannot_be_cancelled", status_of_import=it["status"])
    if it["started_at"] is None:
        ended = {"status": "cancelled", "ended_at": func.now()}
        return Change({"cancelled_by": who, **ended}, import_log.never_begun(who))
    status = "queued" if it["status"] == "paused" else it["status"]
    return Change({"cancelled_by": who, "status": status}, import_log.cancelling(who))


@router.post("/v1/imports/{import_id}/pause", response_model=views.ImportItem, responses=documented(404, 409))
async def pause(request: Request, caller: Controller, import_id: ImportId) -> Any:
    """No row is written 2 s after the answer, until it is resumed; what was on its way is written and counted."""
    return await _decided(request, caller, import_id, paused)


@router.post("/v1/imports/{import_id}/resume", response_model=views.ImportItem, responses=documented(404, 409))
async def resume(request: Request, caller: Controller, import_id: ImportId) -> Any:
    """Goes on behind the last row that was written, once it is the tenant's turn."""
    return await _decided(request, caller, import_id, resumed)


@router.post("/v1/imports/{import_id}/cancel", response_model=views.ImportItem, responses=documented(404, 409))
async def cancel(request: Request, caller: Controller, import_id: ImportId) -> Any:
    """No row is written 2 s after the answer. It is `cancelled` once its figures say exactly what it wrote."""
    return await _decided(request, caller, import_id, cancelled)


async def _decided(request: Request, caller: Caller, import_id: ImportId, decide: Decision) -> Any:
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        row = await queries.get_import(connection, import_id, lock=True)
        if row is None:
            raise no_such_import()
        if caller.role == "member" and not row["dry_run"]:
            raise Problem(403, "Forbidden", "It is for real: ask an admin or owner; a member's imports are dry.")
        change = decide(row, caller.subject)
        if change is not None:
            row = await queries.change_import(connection, row, change.values)
            await queries.note(connection, row, change.entry)
        return views.item(row, await queries.files_of(connection, [import_id]))


def _conflict(what: str, it: RowMapping) -> Problem:
    status = "being cancelled" if it["ended_at"] is None and it["cancelled_by"] is not None else it["status"]
    detail = f"It is {status}." if status != "needs_mapping" else "It waits for its mapping, and has not begun."
    return Problem(409, f"It cannot be {what}", detail, code=f"cannot_be_{what}", status_of_import=it["status"])
