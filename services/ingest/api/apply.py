"""What a dry run showed, for real: the same file with the same settings, as an import of its own."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.http.auth import Caller, require
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from services.ingest import import_log
from services.ingest.api import children, queries, retry_queries, views
from services.ingest.api.family import free_origin, nothing_failed
from services.ingest.api.imports import ImportId, no_such_import
from services.ingest.statements import FileWarning

router = APIRouter()

Applier = Annotated[Caller, Depends(require("admin", "owner"))]

#: Ends after which the same dry run may be applied again.
CAME_TO_NOTHING = frozenset({"failed", "cancelled", "undone"})
#: Warnings of a whole upload stand first; there are 100 of each code at most, and fewer codes than these.
OF_UPLOAD = 1_000


@router.post(
    "/v1/imports/{import_id}/apply",
    status_code=202,
    response_model=views.ImportItem,
    responses=documented(404, 409),
)
async def apply(request: Request, caller: Applier, import_id: ImportId) -> Any:
    """Imports the file of a finished dry run for real, once: again only where that failed, was cancelled or undone."""
    engine = request.app.state.engine
    async with tenant_session(engine, caller.tenant) as connection:
        parent = await _applicable(connection, import_id)
    if not await request.app.state.spool.exists(parent["spool_key"]):
        raise _conflict("file_gone", "Its file is not kept any more: send it again.")
    async with tenant_session(engine, caller.tenant) as connection:
        # Again, under a lock: of two who apply at once one is told of the other's.
        parent = await _applicable(connection, import_id, lock=True)
        row = await _add_child(connection, parent, caller.subject)
        await queries.note(connection, parent, import_log.applied(caller.subject, row["id"]))
        files = await queries.files_of(connection, [row["id"]])
    return views.item(row, files)


async def _applicable(connection: AsyncConnection, import_id: ImportId, *, lock: bool = False) -> RowMapping:
    parent = await queries.get_import(connection, import_id, lock=lock)
    if parent is None:
        raise no_such_import()
    if not parent["dry_run"]:
        raise _conflict("not_dry", "It was for real already; a dry run is what can be applied.")
    if parent["status"] != "finished":
        detail = f"It is {parent['status']}; a dry run can be applied once it has finished."
        raise _conflict("not_finished", detail, status_of_import=parent["status"])
    if parent["retry_of"] is not None and (await free_origin(connection, parent))["dry_run"]:
        detail = f"It mends the dry run {parent['retry_of']}: apply that one, and retry what comes of it with the file."
        raise _conflict("of_a_dry_run", detail, import_id=str(parent["retry_of"]))
    child = await queries.run_again_as(connection, parent)
    if child is not None and child["status"] not in CAME_TO_NOTHING:
        detail = f"It was applied already, as import {child['id']}, which is {child['status']}."
        raise _conflict("already_applied", detail, import_id=str(child["id"]))
    return parent


async def _add_child(connection: AsyncConnection, parent: RowMapping, subject: str) -> RowMapping:
    own = {"dry_run": False, "created_by": subject}
    entry = import_log.applying(subject, parent)
    files = await queries.files_of(connection, [parent["id"]])
    if parent["retry_of"] is not None:
        origin = await free_origin(connection, parent, lock=True)
        again = await retry_queries.same_counts(connection, parent, origin)
        if not again:
            raise nothing_failed()
        files = [each for each in files if each["entity"] in again]
    first = await queries.warnings_of(connection, parent["id"], None, OF_UPLOAD)
    of_upload = [each for each in first if each["entity"] == ""]
    warnings = [FileWarning(**{name: each[name] for name in FileWarning.__struct_fields__}) for each in of_upload]
    child = await children.add_child(connection, parent, own, children.files_like(files), warnings, entry)
    if parent["retry_of"] is not None:
        await retry_queries.take_same(connection, child, parent, origin)
    return child


def _conflict(code: str, detail: str, **extra: Any) -> Problem:
    return Problem(409, "It cannot be applied", detail, code=code, **extra)
