"""What has come in becomes an import: checked without trust, and accepted in one transaction, whoever asks for it."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from fastapi import Request
from sqlalchemy import RowMapping

from ringback.events import Entity
from ringback.http.auth import Caller
from ringback.http.problems import Problem
from ringback.postgres.tenancy import tenant_session
from ringback.runtime import metrics
from services.ingest import tenant_settings
from services.ingest.api import choices, offering, presigned, queries, views
from services.ingest.api.form import Told, UploadForm
from services.ingest.mapping import Offer, kept
from services.ingest.parse import Warning, as_written
from services.ingest.parse.frame import Mapping
from services.ingest.reading import file_warnings
from services.ingest.sources.accepting import Accepted, Chosen, accept
from services.ingest.sources.refusals import BadArchive
from services.ingest.sources.upload import Upload
from services.ingest.spool import Incoming, Spooled
from services.ingest.statements import FileWarning


def may_import(caller: Caller, told: Told) -> None:
    """Or a 403."""
    if not told.dry_run and caller.role == "member":
        raise Problem(403, "Forbidden", "A member may import dry only; ask an admin or owner to import for real.")


async def opened(incoming: Incoming, filename: str, told: UploadForm) -> Accepted:
    """What has come in, or a 422."""
    chosen = Chosen(told.entity, told.sheet, told.header_row, told.encoding)
    try:
        return await accept(incoming.path, incoming.rows, filename, chosen)
    except BadArchive as error:
        raise refused(error) from None


async def add(
    request: Request,
    caller: Caller,
    filename: str,
    told: Told,
    incoming: Incoming,
    accepted: Accepted,
    template: RowMapping | None = None,
) -> dict[str, Any]:
    """An ImportItem of it; nothing is left of the upload where it raises. A program's own JSON is never asked about."""
    settings = await _settings(request, caller)
    frozen, odd = _frozen(settings, accepted.upload)
    frozen |= choices.values(told, settings["region"])
    it = offering.Offered(None)
    if isinstance(told, UploadForm):
        it = await offering.offered(request.app.state, caller.tenant, accepted, frozen, template)
    values = _values(caller, filename, told, accepted.upload, incoming.spooled) | frozen
    waits = it.offer is not None and (not it.sure or (isinstance(told, UploadForm) and told.review))
    values["status"] = "needs_mapping" if waits else "queued"
    warnings = file_warnings("", dict.fromkeys((*accepted.upload.warnings, *odd, *it.warnings)))
    await incoming.keep()
    try:
        row, files = await _insert(request, told, values, _files(accepted, it.offer, waits), warnings)
    except Problem:
        # Another import was first to use what was put there; nothing of this one is committed.
        await request.app.state.spool.remove(incoming.spooled.key)
        raise
    metrics.UPLOADS.inc()
    metrics.UPLOAD_BYTES.inc(incoming.spooled.size)
    return views.item(row, files)


def refused(error: BadArchive) -> Problem:
    """What is wrong with the upload, to who sent it."""
    return Problem(422, "The upload cannot be imported", error.message, code=error.code, file=error.file)


async def _insert(
    request: Request,
    told: Told,
    values: dict[str, Any],
    files: Sequence[dict[str, Any]],
    warnings: Sequence[FileWarning],
) -> tuple[RowMapping, Sequence[RowMapping]]:
    async with tenant_session(request.app.state.engine, values["tenant_id"]) as connection:
        row = await queries.add_import(connection, values, files, warnings)
        put = told.upload if isinstance(told, UploadForm) else None
        if put is not None and not await queries.use_upload(connection, put, row["id"]):
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


def _values(caller: Caller, filename: str, told: Told, upload: Upload, spooled: Spooled) -> dict[str, Any]:
    return {
        "tenant_id": caller.tenant,
        "id": uuid4(),
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


def _files(accepted: Accepted, offer: Offer | None, waits: bool) -> list[dict[str, Any]]:
    offered = None if offer is None else kept(offer)
    return [
        file_values(accepted, entity)
        | {"mapping": None if waits else _mapping(accepted, entity, offer), "offer": offered}
        for entity in accepted.upload.members
    ]


def _mapping(accepted: Accepted, entity: Entity, offer: Offer | None) -> Mapping | None:
    """Where nobody is asked; None of an archive."""
    if offer is not None:
        return offer.mapping
    return None if accepted.head is None else as_written(entity, accepted.head.header)


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
