"""The rows that failed, all of them."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from ringback.http.auth import Authenticated
from ringback.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.problems import documented
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import failed_queries, queries, views
from services.ingest.api.failed_queries import Wanted
from services.ingest.api.imports import ImportId, no_such_import

router = APIRouter()

Mended = Annotated[bool | None, Query(description="Only those that a retry has mended, or only those that it has not.")]


@router.get("/v1/imports/{import_id}/errors", response_model=Page[views.FailedRow], responses=documented(404))
async def list_errors(
    request: Request,
    caller: Authenticated,
    import_id: ImportId,
    mended: Mended = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """By file and row."""
    after = decode_cursor(cursor, tuple[str, int])
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        wanted = await wanted_rows(connection, import_id, mended)
        rows = await failed_queries.failed_rows_of(connection, wanted, after, limit + 1)
        files = {each["entity"]: each for each in await queries.files_of(connection, [import_id])}
    shown = rows[:limit]
    last = encode_cursor((shown[-1]["entity"], shown[-1]["row"])) if len(rows) > limit else None
    return in_ascii({"items": [_shown(row, files[row["entity"]]) for row in shown], "next_cursor": last})


async def wanted_rows(connection: AsyncConnection, import_id: UUID, mended: bool | None) -> Wanted:
    """Or a 404."""
    it = await queries.get_import(connection, import_id)
    if it is None:
        raise no_such_import()
    origin = await queries.get_import(connection, it["retry_of"]) if it["retry_of"] else it
    return Wanted(it, origin or it, mended)


def _shown(row: Any, file: Any) -> dict[str, Any]:
    header = (file["survey"] or {}).get("header", [])
    return {
        "file": file["name"],
        **{name: row[name] for name in ("row", "line", "code", "column", "message")},
        "mended_by": row["mended_by"] and str(row["mended_by"]),
        "cells": views.cells(header, row["cells"]),
    }


def in_ascii(content: Any) -> Response:
    """A cell may hold half of a surrogate pair, which no UTF-8 can."""
    return Response(json.dumps(content), media_type="application/json")
