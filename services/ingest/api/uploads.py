"""An archive or a table comes in: streamed to the spool, and accepted behind its last byte."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException

from ringback.http.auth import Caller, require
from ringback.http.problems import Problem, documented
from services.ingest.api import acceptance, offering, views
from services.ingest.api.form import SCHEMA, read_form
from services.ingest.api.multipart import Form
from services.ingest.api.source import Source
from services.ingest.spool import Incoming

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


async def _accept(request: Request, caller: Caller, source: Source, incoming: Incoming) -> Any:
    if source.filename is None:
        raise HTTPException(422, "The form has no part named `file`, and no `upload`, `object` or `url`.")
    if not incoming.spooled.size:
        raise Problem(422, "The file is empty", "Nothing was received: send the file itself.")
    told = read_form(source.fields)
    acceptance.may_import(caller, told)
    template = await offering.named(request.app.state.engine, caller.tenant, told.template)
    if template is not None and told.entity is None:
        told = told.model_copy(update={"entity": template["entity"]})
    accepted = await acceptance.opened(incoming, source.filename, told)
    return await acceptance.add(request, caller, source.filename, told, incoming, accepted, template)
