"""Contacts as JSON, from a program: the body is spooled as it comes, and goes every upload's way."""

import math
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field, ValidationError

from ringback.http.auth import Caller, require
from ringback.http.problems import Problem, documented
from services.ingest.api import acceptance
from services.ingest.api.form import Told, invalid
from services.ingest.api.source import spooling
from services.ingest.parse.problems import warning
from services.ingest.sources.accepting import Accepted, accept_bulk
from services.ingest.sources.refusals import BadArchive, refusal
from services.ingest.spool import Incoming

router = APIRouter()

#: Of one request; a file may have any number.
MOST = 10_000
#: Contacts a second that two cores take in (3,700 by `make bench`), and seconds until the first of them is; an import
#: that waits takes longer.
RATE, START = 3_000, 1

FILENAME = "contacts.json"


class Bulk(Told):
    """What stands beside `contacts`; keys it does not know are passed over."""

    dry_run: bool = False


class Contacts(BaseModel):
    """The body, for OpenAPI: it is read as it comes."""

    contacts: Annotated[
        list[dict[str, Any]],
        Field(min_length=1, max_length=MOST, description="By the columns of a contact; other keys are custom fields."),
    ]


class BulkAccepted(BaseModel):
    """`estimated_seconds` are those of the work itself."""

    id: UUID
    status: Literal["queued"]
    estimated_seconds: int


def _schema() -> dict[str, Any]:
    told, contacts = Bulk.model_json_schema(), Contacts.model_json_schema()
    properties = contacts["properties"] | told["properties"]
    schema = {"type": "object", "required": ["contacts"], "properties": properties}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


@router.post(
    "/v1/imports/bulk",
    status_code=202,
    response_model=BulkAccepted,
    responses=documented(413, 415, 507),
    openapi_extra={"requestBody": _schema()},
)
async def bulk(request: Request, caller: Annotated[Caller, Depends(require("member", "admin", "owner"))]) -> Any:
    """Imports up to 10,000 contacts, for real unless `dry_run` is true; a member may do so dry only."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "Not JSON", "Send application/json, an object with the list `contacts`.")
    with spooling(request.app.state.spool):
        async with request.app.state.spool.incoming(request.stream()) as incoming:
            return await _accept(request, caller, incoming)


async def _accept(request: Request, caller: Caller, incoming: Incoming) -> dict[str, Any]:
    try:
        accepted = await accept_bulk(incoming.path, incoming.rows, FILENAME)
        if accepted.rows > MOST:
            raise refusal("too_many_items", "The list", MOST)
    except BadArchive as error:
        raise acceptance.refused(error) from None
    told = _told(accepted)
    acceptance.may_import(caller, told)
    it = await acceptance.add(request, caller, FILENAME, told, incoming, _warned(accepted))
    return {"id": it["id"], "status": it["status"], "estimated_seconds": START + math.ceil(accepted.rows / RATE)}


def _told(accepted: Accepted) -> Bulk:
    try:
        return Bulk.model_validate({name: value for name, value in accepted.fields.items() if not _blank(value)})
    except ValidationError as error:
        raise invalid(error, "The request is not valid") from None


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _warned(accepted: Accepted) -> Accepted:
    """Who sends a tenant hears that it was not obeyed: the token's alone counts."""
    if "tenant" not in accepted.fields:
        return accepted
    said = (*accepted.upload.warnings, warning("tenant_not_obeyed", "tenant"))
    return accepted._replace(upload=accepted.upload._replace(warnings=said))
