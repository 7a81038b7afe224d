"""The history of a tenant's imports as a whole: what all of them came to, and what is shown of it no more."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import RowMapping

from ringback.events import ENDED, Entity
from ringback.http.auth import Authenticated, Caller, require
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from services.ingest import import_log
from services.ingest.api import history_queries, queries, views
from services.ingest.api.imports import ImportId, no_such_import
from services.ingest.whole import Figures, wholes

router = APIRouter()


@router.get("/v1/imports/summary", response_model=views.Summary)
async def summarize(request: Request, caller: Authenticated) -> Any:
    """All of the tenant's imports, hidden ones too."""
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        counts = await history_queries.counts(connection)
        sums = await history_queries.sums(connection)
        newest = await queries.list_imports(connection, (), None, 1)
        files = await queries.files_of(connection, [each["id"] for each in newest])
    return {
        "imports": _imports(counts),
        "hidden": _imports(each for each in counts if each["hidden"]),
        "by_status": _by_status(counts),
        "real": _kind(False, counts, sums),
        "dry": _kind(True, counts, sums),
        "last": views.item(newest[0], files) if newest else None,
    }


@router.delete("/v1/imports/{import_id}", status_code=204, responses=documented(404, 409))
async def hide(
    request: Request, caller: Annotated[Caller, Depends(require("admin", "owner"))], import_id: ImportId
) -> None:
    """Takes an import that has ended out of the lists, for good. What it brought stays, and so does all of itself."""
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        it = await queries.get_import(connection, import_id, lock=True)
        if it is None:
            raise no_such_import()
        if it["status"] not in ENDED:
            detail = f"It is {it['status']}; it can be hidden once it has ended: cancel it first."
            if it["status"] == "undoing":
                detail = "It is being undone; it can be hidden once that has ended."
            raise Problem(409, "It cannot be hidden", detail, code="not_ended", status_of_import=it["status"])
        if await history_queries.hide(connection, import_id):
            await queries.note(connection, it, import_log.hidden(caller.subject))


def _imports(counts: Iterable[RowMapping]) -> int:
    return sum(each["imports"] for each in counts)


def _by_status(counts: Iterable[RowMapping]) -> dict[str, int]:
    found = Counter[str]()
    for each in counts:
        found[each["status"]] += each["imports"]
    return dict(sorted(found.items()))


def _kind(dry_run: bool, counts: Iterable[RowMapping], sums: Iterable[RowMapping]) -> dict[str, Any]:
    """Dry runs, or those for real."""
    of_kind = [each for each in sums if each["dry_run"] is dry_run]
    rows = wholes(_figures(of_kind, False), _figures(of_kind, True))
    return {
        "imports": _imports(each for each in counts if each["dry_run"] is dry_run),
        "rows": {entity: figures._asdict() for entity, figures in rows.items()},
    }


def _figures(sums: Iterable[RowMapping], retries: bool) -> dict[Entity, Figures]:
    return {
        each["entity"]: Figures(*(int(each[name]) for name in Figures._fields))
        for each in sums
        if each["retries"] is retries
    }
