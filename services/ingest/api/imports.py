"""Imports as they are."""

from datetime import datetime
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request

from ringback.http.auth import Authenticated
from ringback.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.problems import Problem
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import queries, views
from services.ingest.api.filters import Filters

router = APIRouter()

ImportId = Annotated[UUID, Path(description="An import of the token's tenant.")]


@router.get("/v1/imports", response_model=Page[views.ImportItem])
async def list_imports(
    request: Request,
    caller: Authenticated,
    filters: Annotated[Filters, Depends()],
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """Newest first. A cursor says where to go on and nothing of the filters: give them with each page."""
    before = decode_cursor(cursor, tuple[datetime, UUID])
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        rows = await queries.list_imports(connection, filters.conditions(), before, limit + 1)
        shown = rows[:limit]
        files = await queries.files_of(connection, [row["id"] for row in shown])
    by_import = {key: list(group) for key, group in groupby(_sorted(files), lambda each: each["import_id"])}
    last = (shown[-1]["created_at"], shown[-1]["id"]) if len(rows) > limit else None
    return {
        "items": [views.item(row, by_import[row["id"]]) for row in shown],
        "next_cursor": encode_cursor(last) if last else None,
    }


def no_such_import() -> Problem:
    """Also where it is another tenant's: nobody learns which ids there are."""
    return Problem(404, "No such import", "There is no import of this id.")


def _sorted(files: Any) -> list[Any]:
    return sorted(files, key=lambda each: (each["import_id"], each["entity"]))
