"""The rows that failed, all of them."""

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from ringback.http.auth import Authenticated
from ringback.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.problems import documented
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import queries, views
from services.ingest.api.imports import ImportId, no_such_import

router = APIRouter()


@router.get("/v1/imports/{import_id}/errors", response_model=Page[views.FailedRow], responses=documented(404))
async def list_errors(
    request: Request, caller: Authenticated, import_id: ImportId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Response:
    """By file and row."""
    after = decode_cursor(cursor, tuple[str, int])
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        if await queries.get_import(connection, import_id) is None:
            raise no_such_import()
        rows = await queries.failed_rows_of(connection, import_id, after, limit + 1)
        files = {each["entity"]: each for each in await queries.files_of(connection, [import_id])}
    shown = rows[:limit]
    last = encode_cursor((shown[-1]["entity"], shown[-1]["row"])) if len(rows) > limit else None
    return _json({"items": [_shown(row, files[row["entity"]]) for row in shown], "next_cursor": last})


def _shown(row: Any, file: Any) -> dict[str, Any]:
    header = (file["survey"] or {}).get("header", [])
    return {
        "file": file["name"],
        **{name: row[name] for name in ("row", "line", "code", "column", "message")},
        "cells": views.cells(header, row["cells"]),
    }


def _json(content: Any) -> Response:
    """In ASCII: a cell may hold half of a surrogate pair, which no UTF-8 can."""
    return Response(json.dumps(content), media_type="application/json")
