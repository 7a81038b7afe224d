"""An archive or a table comes in: streamed to the spool, checked without trust, accepted in one transaction."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from sqlalchemy import RowMapping
from starlette.exceptions import HTTPException

from ringback.events import Entity
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
from services.ingest.spool import Incoming, Spooled
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
    source = Source(request, caller, Form(request.headers.get("content-type", "")))
    async with source.received() as incoming:
        return await _accept(request, caller, source, incoming)


def may_import(caller: Caller, told: UploadForm) -> None:
    """Or a 403."""
    if not told.dry_run and caller.role == "member":
        raise Problem(403, "Forbidden", "A member may import dry only; ask an admin or owner to import for real.")


async def _accept(request: Request, caller: Caller, source: Source, incoming: Incoming) -> Any:
    if source.filename is None:
        raise HTTPException(422, "The form has no part named `file`, and no `upload`, `object` or `url`.")
    if not incoming.spooled.size:
        raise Problem(422, "The file is empty", "Nothing was received: send the file itself.")
    told = read_form(source.fields)
    may_import(caller, told)
    accepted = await opened(incoming, source.filename, told)
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


async def opened(incoming: Incoming, filename: str, told: UploadForm) -> Accepted:
    """What has come in, or a 422."""
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
        "created_by": caller.subject,
        **upload_values(upload, filename, spooled),
    }


def upload_values(upload: Upload, filename: str, spooled: Spooled) -> dict[str, Any]:
    """Of an import, those that are its upload's."""
    return {
        "kind": upload.kind,
        "filename": filename[:255] or None,
        "spool_key": spooled.key,
        "size": spooled.size,
        "sha256": spooled.sha256,
    }


def _files(accepted: Accepted) -> list[dict[str, Any]]:
    header = accepted.head.header if accepted.head is not None else None
    return [
        file_values(accepted, entity) | {"mapping": None if header is None else as_written(entity, header)}
        for entity in accepted.upload.members
    ]


def file_values(accepted: Accepted, entity: Entity) -> dict[str, Any]:
    """Of one of an import's files, those that are its upload's."""
    layout = accepted.upload.layouts[entity]
    return {
        "entity": entity,
        "name": accepted.upload.members[entity].name or entity,
        "sheet": accepted.sheet,
        "header_row": layout.header_row,
        "encoding": layout.encoding,
    }
