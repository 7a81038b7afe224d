"""The rows that failed as a file in their own columns, to be mended and sent back."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ringback.events import Entity
from ringback.http.auth import Authenticated
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import failed_queries, queries
from services.ingest.api.errors import Mended, wanted_rows
from services.ingest.api.errors_formats import Failed, workbook, zipped
from services.ingest.api.imports import ImportId
from services.ingest.errors_file import ErrorsFile
from services.ingest.errors_workbook import DoesNotFit

router = APIRouter()

Format = Literal["csv", "xlsx"]

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The rows", "content": dict.fromkeys(TYPES.values(), _BINARY)}
}


@router.get(
    "/v1/imports/{import_id}/errors/file",
    status_code=200,
    response_class=StreamingResponse,
    responses=_FILE | documented(404, 409, 422),
)
async def download_errors(
    request: Request,
    caller: Authenticated,
    import_id: ImportId,
    file: Annotated[
        Entity | None, Query(description="Which file of the import; all, in a ZIP, where several are.")
    ] = None,
    format: Annotated[Format | None, Query(description="Else a workbook's is one, and all others' are CSV.")] = None,
    mended: Mended = None,
) -> StreamingResponse:
    """Failed rows in their file's own columns, then `line`, `code` and `error`; to be sent to `retry` once mended."""
    engine: AsyncEngine = request.app.state.engine
    async with tenant_session(engine, caller.tenant) as connection:
        wanted = await wanted_rows(connection, import_id, mended)
        tables = await _tables(connection, import_id, file)
    several = [Failed(engine, wanted, entity, table) for entity, table in tables.items()]
    kind: Format = format or ("xlsx" if wanted.it["kind"] == "workbook" else "csv")
    if len(several) == 1:
        return await _answer(several[0], kind)
    if kind == "xlsx":
        raise Problem(422, "Several files", f"A workbook is of one: say `file`, of {', '.join(tables)}.")
    return _sent(zipped(several), "errors.zip", "zip")


async def _tables(connection: AsyncConnection, import_id: UUID, wanted: Entity | None) -> dict[Entity, ErrorsFile]:
    """What is to be written: the one that is wanted, or those of which rows failed, or the first."""
    files = {each["entity"]: each for each in await queries.files_of(connection, [import_id])}
    if wanted is not None and wanted not in files:
        raise Problem(404, "No such file", f"The import has no {wanted}; it has {', '.join(files)}.")
    failing = await failed_queries.files_with_errors(connection, import_id)
    chosen = [wanted] if wanted is not None else failing or list(files)[:1]
    unread = [entity for entity in chosen if files[entity]["survey"] is None]
    if unread:
        raise Problem(409, "Not read yet", "The file's header is not known before the import has begun with it.")
    return {entity: ErrorsFile.of(files[entity]["survey"]) for entity in chosen}


async def _answer(failed: Failed, kind: Format) -> StreamingResponse:
    name = f"{failed.entity}-errors.{kind}"
    if kind == "csv":
        return _sent(failed.csv(), name, kind)
    try:
        return _sent(await workbook(failed), name, kind)
    except DoesNotFit as error:
        raise Problem(409, "No workbook can hold it", f"Take it as csv: {error}.") from None


def _sent(content: AsyncIterator[bytes], name: str, kind: str) -> StreamingResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(content, media_type=TYPES[kind], headers=disposition)
