"""An archive or a table comes in: streamed to the spool, checked without trust, accepted in one transaction."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from sqlalchemy import RowMapping
from starlette.exceptions import HTTPException

from ringback.http.auth import Caller, require
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from ringback.runtime import metrics
from services.ingest import tenant_settings
from services.ingest.api import choices, presigned, queries, views
from services.ingest.api.form import SCHEMA, UploadForm, read_form
from services.ingest.api.multipart import Form
from services.ingest.api.source import Source
from services.ingest.parse import Warning, as_written
from services.ingest.reading import file_warnings
from services.ingest.sources.accepting import Accepted, Chosen, accept
from services.ingest.sources.refusals import BadArchive
from services.ingest.sources.upload import Upload
from services.ingest.spool import Incoming, NoSpace, Spool, Spooled, TooLarge
from services.ingest.statements import FileWarning

router = APIRouter()

Importer = Annotated[Caller, Depends(require("member", "admin", "owner"))]


@router.post(
    "/v1/imports",
    status_code=202,
    response_model=views.ImportItem,
    responses=documented(404, 409, 413, 415, 507),
    openapi_extra={"requestBody": SCHEMA},
)
async def upload(request: Request, caller: Importer) -> Any:
    """Accepts an import. Dry unless `dry_run` is false, which takes an admin or owner."""
    spool: Spool = request.app.state.spool
    source = Source(request, caller, Form(request.headers.get("content-type", "")))
    try:
        # Closed whatever comes: a file that is fetched holds a connection.
        async with aclosing(source.chunks()) as chunks, spool.incoming(chunks) as incoming:
            answer = await _accept(request, caller, source, incoming)
    except TooLarge:
        raise Problem(413, "The upload is too large", f"It may have {spool.limit} bytes.") from None
    except NoSpace:
        raise Problem(507, "No space left", "The spool is full; try again later.") from None
    await source.clear()
    return answer


async def _accept(request: Request, caller: Caller, source: Source, incoming: Incoming) -> Any:
    if source.filename is None:
        raise HTTPException(422, "The form has no part named `file`, and no `upload`, `object` or `url`.")
    if not incoming.spooled.size:
        raise Problem(422, "The file is empty", "Nothing was received: send the file itself.")
    told = read_form(source.fields)
    if not told.dry_run and caller.role == "member":
        raise Problem(403, "Forbidden", "A member may import dry only; ask an admin or owner to import for real.")
    accepted = await _opened(incoming, source.filename, told)
    settings = await _settings(request, caller)
    frozen, odd = _frozen(settings, accepted.upload)
    frozen |= choices.values(told, settings["region"])
    values = _values(caller, source.filename, told, accepted.upload, incoming.spooled) | frozen
    warnings = file_warnings("", dict.fromkeys((*accepted.upload.warnings, *odd)))
    await incoming.keep()
    try:
        row, files = await _add(request, told, values, _files(accepted), warnings)
    except Problem:
        # Another import was first to use what was put there; nothing of this one is committed.
        await request.app.state.spool.remove(incoming.spooled.key)
        raise
    metrics.UPLOADS.inc()
    metrics.UPLOAD_BYTES.inc(incoming.spooled.size)
    return views.item(row, files)


async def _add(
    request: Request,
    told: UploadForm,
    values: dict[str, Any],
    files: Sequence[dict[str, Any]],
    warnings: Sequence[FileWarning],
) -> tuple[RowMapping, Sequence[RowMapping]]:
    async with tenant_session(request.app.state.engine, values["tenant_id"]) as connection:
        row = await queries.add_import(connection, values, files, warnings)
        if told.upload is not None and not await queries.use_upload(connection, told.upload, row["id"]):
            raise presigned.used_before()
        return row, await queries.files_of(connection, [row["id"]])


async def _settings(request: Request, caller: Caller) -> Any:
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        return await queries.settings_of(connection) or tenant_settings.DEFAULTS._asdict()


def _frozen(settings: Any, upload: Upload) -> tuple[dict[str, Any], tuple[Warning, ...]]:
    """The settings as they are now (rules, preamble), with the archive's own numbers, and warnings of these."""
    numbers, odd = upload.manifest.own_numbers(settings["region"])
    own_numbers = sorted(numbers.union(settings["own_numbers"]))
    return {"region": settings["region"], "zone": settings["zone"], "own_numbers": own_numbers}, odd


async def _opened(incoming: Incoming, filename: str, told: UploadForm) -> Accepted:
    chosen = Chosen(told.entity, told.sheet, told.header_row, told.encoding)
    try:
        return await accept(incoming.path, incoming.rows, filename, chosen)
    except BadArchive as error:
        raise Problem(422, "The upload cannot be imported", error.message, code=error.code, file=error.file) from None


def _values(caller: Caller, filename: str, told: UploadForm, upload: Upload, spooled: Spooled) -> dict[str, Any]:
    return {
        "tenant_id": caller.tenant,
        "id": uuid4(),
        "status": "queued",
        "dry_run": told.dry_run,
        "source": told.source or upload.manifest.source or "parser-csv",
        "notes": told.notes,
        "external_id": told.external_id,
        "callback_url": told.callback_url,
        "kind": upload.kind,
        "filename": filename[:255] or None,
        "spool_key": spooled.key,
        "size": spooled.size,
        "sha256": spooled.sha256,
        "created_by": caller.subject,
    }


def _files(accepted: Accepted) -> list[dict[str, Any]]:
    upload = accepted.upload
    return [
        {
            "entity": entity,
            "name": member.name or entity,
            "sheet": accepted.sheet,
            "header_row": upload.layouts[entity].header_row,
            "encoding": upload.layouts[entity].encoding,
            "mapping": None if accepted.head is None else as_written(entity, accepted.head.header),
        }
        for entity, member in upload.members.items()
    ]
