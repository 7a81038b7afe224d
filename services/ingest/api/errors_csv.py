"""The failed rows of a file, to be mended and imported again."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from ringback.events import Entity
from ringback.http.auth import Authenticated
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import queries
from services.ingest.api.imports import ImportId, no_such_import
from services.ingest.errors_csv import ErrorsFile

router = APIRouter()

#: Rows that are held at once; each may have the 2 MB of the longest row that is read.
AT_ONCE = 50
_CSV: dict[int | str, dict[str, Any]] = {
    200: {"description": "The rows", "content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.get(
    "/v1/imports/{import_id}/errors.csv",
    status_code=200,
    response_class=StreamingResponse,
    responses=_CSV | documented(404, 409),
)
async def download_errors(
    request: Request,
    caller: Authenticated,
    import_id: ImportId,
    file: Annotated[Entity, Query(description="Which file of the import.")],
) -> StreamingResponse:
    """The failed rows of one file in its own columns, then `line`, `code` and `error`, which an import passes over."""
    engine: AsyncEngine = request.app.state.engine
    async with tenant_session(engine, caller.tenant) as connection:
        if await queries.get_import(connection, import_id) is None:
            raise no_such_import()
        files = {each["entity"]: each for each in await queries.files_of(connection, [import_id])}
    if file not in files:
        raise Problem(404, "No such file", f"The import has no {file}; it has {', '.join(files)}.")
    if files[file]["survey"] is None:
        raise Problem(409, "Not read yet", "The file's header is not known before the import has begun with it.")
    written = _written(engine, caller.tenant, import_id, file, ErrorsFile.of(files[file]["survey"]))
    disposition = f'attachment; filename="{file}-errors.csv"'
    return StreamingResponse(written, media_type="text/csv", headers={"Content-Disposition": disposition})


async def _written(
    engine: AsyncEngine, tenant: str, import_id: ImportId, entity: Entity, errors: ErrorsFile
) -> AsyncIterator[bytes]:
    """A short transaction for each piece: who reads slowly holds no connection of the database."""
    yield errors.head()
    last = 0
    while True:
        async with tenant_session(engine, tenant) as connection:
            rows = await queries.failed_rows_of_file(connection, import_id, entity, last, AT_ONCE)
        if not rows:
            return
        yield errors.rows(rows)
        last = rows[-1]["row"]
