"""What happened to an import, and when."""

from typing import Any

from fastapi import APIRouter, Request

from ringback.http.auth import Authenticated
from ringback.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.problems import documented
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import queries, views
from services.ingest.api.imports import ImportId, no_such_import

router = APIRouter()


@router.get("/v1/imports/{import_id}/log", response_model=Page[views.LogEntry], responses=documented(404))
async def list_log(
    request: Request, caller: Authenticated, import_id: ImportId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Any:
    """In the order in which it happened."""
    after = decode_cursor(cursor, tuple[int])
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        if await queries.get_import(connection, import_id) is None:
            raise no_such_import()
        rows = await queries.log_of(connection, import_id, after[0] if after else None, limit + 1)
    last = encode_cursor((rows[limit - 1]["number"],)) if len(rows) > limit else None
    return {"items": rows[:limit], "next_cursor": last}
