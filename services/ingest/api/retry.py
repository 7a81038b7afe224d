"""The rows of an import that failed run again, as an import of its own: mended in a file, or after new settings."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.http.auth import Caller
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from services.ingest import import_log, tenant_settings
from services.ingest.api import children, failed_queries, mended, presigned, queries, retry_queries, views
from services.ingest.api.acceptance import may_import
from services.ingest.api.family import conflict, family, nothing_failed
from services.ingest.api.form import RETRY_SCHEMA, UploadForm, read_form
from services.ingest.api.imports import ImportId
from services.ingest.api.mended import Mended
from services.ingest.api.multipart import NOTHING, Form
from services.ingest.api.source import Source
from services.ingest.api.uploads import Importer
from services.ingest.spool import Incoming, Spool

router = APIRouter()


@router.post(
    "/v1/imports/{import_id}/retry",
    status_code=202,
    response_model=views.ImportItem,
    responses=documented(404, 409, 413, 415, 507),
    openapi_extra={"requestBody": RETRY_SCHEMA},
)
async def retry(request: Request, caller: Importer, import_id: ImportId) -> Any:
    """Runs the rows that failed, and fail still, again: of the mended file, or without one of the import's own.

    Mapping, defaults and choices are the import's, the settings are today's. Dry unless `dry_run` is false, which takes
    an admin or owner.
    """
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        await family(connection, import_id)
    source = Source(request, caller, Form(request.headers.get("content-type", NOTHING)))
    async with source.received() as incoming:
        told = read_form(source.fields)
        may_import(caller, told)
        if source.filename is None:
            return await _again(request, caller, import_id, told)
        return await _mended(request, caller, import_id, told, source.filename, incoming)


async def _again(request: Request, caller: Caller, import_id: ImportId, told: UploadForm) -> Any:
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        it, origin = await family(connection, import_id)
    if not await request.app.state.spool.exists(it["spool_key"]):
        raise conflict("file_gone", "Its file is not kept any more: send the mended rows.")
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        it, origin = await family(connection, import_id, lock=True)
        failing = await failed_queries.failing_counts(connection, it, origin)
        files = [each for each in await queries.files_of(connection, [it["id"]]) if each["entity"] in failing]
        own = await _own(connection, caller, told, origin)
        child = await _add(connection, it, own, children.files_like(files), sum(failing.values()))
        await retry_queries.take_failing(connection, child, it, origin)
        return views.item(child, await queries.files_of(connection, [child["id"]]))


async def _mended(
    request: Request, caller: Caller, import_id: ImportId, told: UploadForm, filename: str, incoming: Incoming
) -> Any:
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        it, _ = await family(connection, import_id)
        files = await queries.files_of(connection, [it["id"]])
    sent = await mended.read(incoming, filename, told, files)
    await incoming.keep()
    try:
        async with tenant_session(request.app.state.engine, caller.tenant) as connection:
            child = await _add_mended(connection, caller, import_id, told, sent)
            return views.item(child, await queries.files_of(connection, [child["id"]]))
    except Problem:
        # Nothing of it is committed.
        spool: Spool = request.app.state.spool
        await spool.remove(incoming.spooled.key)
        raise


async def _add_mended(
    connection: AsyncConnection, caller: Caller, import_id: ImportId, told: UploadForm, sent: Mended
) -> RowMapping:
    it, origin = await family(connection, import_id, lock=True)
    standing = {}
    for each in sent.files:
        failing = await failed_queries.failing_lines(connection, it, origin, each.entity)
        standing[each.entity] = mended.standing(each, failing)
    files = [each.values for each in sent.files if standing[each.entity].rows]
    own = await _own(connection, caller, told, origin) | sent.values
    rows = sum(len(each.rows) for each in standing.values())
    warnings = [each for entity, found in standing.items() for each in mended.warnings(entity, found)]
    child = await _add(connection, it, own, files, rows, warnings)
    for entity, found in standing.items():
        pairs = zip(found.rows, found.of_rows, strict=True)
        await retry_queries.take_rows(connection, child, origin["id"], entity, pairs)
    if told.upload is not None and not await queries.use_upload(connection, told.upload, child["id"]):
        raise presigned.used_before()
    return child


async def _own(connection: AsyncConnection, caller: Caller, told: UploadForm, origin: RowMapping) -> dict[str, Any]:
    """What is not the import's; what the form does not say is."""
    if origin["dry_run"] and not told.dry_run:
        detail = "It was a dry run: apply it, and run what failed then again for real."
        raise conflict("of_a_dry_run", detail, import_id=str(origin["id"]))
    settings: Any = await queries.settings_of(connection) or tenant_settings.DEFAULTS._asdict()
    frozen = {name: settings[name] for name in ("region", "zone")} | {"own_numbers": list(settings["own_numbers"])}
    said = {name: getattr(told, name) for name in ("notes", "external_id", "callback_url")}
    own = {"dry_run": told.dry_run, "created_by": caller.subject, "retry_of": origin["id"]}
    return frozen | own | {name: value for name, value in said.items() if value is not None}


async def _add(
    connection: AsyncConnection,
    it: RowMapping,
    own: dict[str, Any],
    files: Sequence[dict[str, Any]],
    rows: int,
    warnings: Sequence[Any] = (),
) -> RowMapping:
    if not rows:
        raise nothing_failed()
    child = await children.add_child(connection, it, own, files, warnings, import_log.retrying(own, it, rows))
    await queries.note(connection, it, import_log.retried(own["created_by"], child, rows))
    return child
