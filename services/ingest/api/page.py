"""One import, whole: what it was read by, what became of its rows and of those that were run again."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.http.auth import Authenticated
from ringback.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.problems import documented
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import queries, retry_queries, views
from services.ingest.api.imports import ImportId, no_such_import
from services.ingest.errors_file import ErrorsFile
from services.ingest.whole import Figures, wholes

router = APIRouter()

#: Warnings that come with the import itself.
FIRST = 100


@router.get("/v1/imports/{import_id}", response_model=views.ImportDetail, responses=documented(404))
async def get_import(request: Request, caller: Authenticated, import_id: ImportId) -> Any:
    """One, with its summary, its retries and what they came to together, and its first warnings."""
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        it = await queries.get_import(connection, import_id)
        if it is None:
            raise no_such_import()
        files = await queries.files_of(connection, [import_id])
        warnings = await queries.warnings_of(connection, import_id, None, FIRST + 1)
        retries = await retry_queries.retries_of(connection, import_id)
        whole = None if it["retry_of"] or it["undoes"] else await _whole(connection, it, files)
    no_records = it["dry_run"] or it["undoes"] is not None
    return views.item(it, files) | {
        "settings": {"region": it["region"], "time_zone": it["zone"], "own_numbers": it["own_numbers"]},
        "mapping": {each["entity"]: _mapping(each) for each in files if each["mapping"] and each["survey"]},
        "whole": whole,
        "retries": retries,
        "records": None if no_records else {each["entity"]: _records(it, each) for each in files},
        "warnings": [_shown(each) for each in warnings[:FIRST]],
        "more_warnings": len(warnings) > FIRST,
    }


@router.get("/v1/imports/{import_id}/warnings", response_model=Page[views.FileWarning], responses=documented(404))
async def list_warnings(
    request: Request, caller: Authenticated, import_id: ImportId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Any:
    """By file and row; those of the whole upload first."""
    after = decode_cursor(cursor, tuple[str, int, str])
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        if await queries.get_import(connection, import_id) is None:
            raise no_such_import()
        rows = await queries.warnings_of(connection, import_id, after, limit + 1)
    last = tuple(rows[limit - 1][name] for name in ("entity", "row", "message")) if len(rows) > limit else None
    return {"items": [_shown(each) for each in rows[:limit]], "next_cursor": encode_cursor(last) if last else None}


async def _whole(connection: AsyncConnection, it: RowMapping, files: Sequence[RowMapping]) -> dict[str, Any]:
    own = {each["entity"]: Figures(*(each[name] for name in Figures._fields)) for each in files}
    together = wholes(own, await retry_queries.figures_of_retries(connection, it))
    return {each["entity"]: together[each["entity"]]._asdict() | {"rows": each["rows"]} for each in files}


def _mapping(file: RowMapping) -> list[dict[str, str | None]]:
    """Headers as an errors file has them: JSON holds no half of a surrogate pair."""
    titles = ErrorsFile.of(file["survey"]).own_titles
    return [{"header": title, "field": field} for title, field in zip(titles, file["mapping"], strict=True)]


def _records(it: RowMapping, file: RowMapping) -> dict[str, str]:
    return {did: f"/v1/{file['entity']}?import_id={it['id']}&did={did}" for did in views.Records.model_fields}


def _shown(warning: RowMapping) -> dict[str, Any]:
    return {**warning, "row": warning["row"] or None}
