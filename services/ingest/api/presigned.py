"""Uploads past the API: a URL to PUT the archive to, where the spool is a bucket; its import is asked for later."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import RowMapping

from ringback.http.auth import Caller, require
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import queries
from services.ingest.api.multipart import printable
from services.ingest.spool import Spool

router = APIRouter()

#: In which the PUT must begin.
VALID = timedelta(hours=1)


class NewUpload(BaseModel):
    """What is going to be uploaded; `size` in bytes, to hear at once that it is too large."""

    filename: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(printable)]
    size: Annotated[int, Field(ge=1)] | None = None


class Upload(BaseModel):
    """PUT the archive to `url` with these headers, then POST /v1/imports with `upload` = `id` in place of `file`."""

    id: UUID
    url: str
    method: str
    headers: dict[str, str]
    expires_at: datetime


@router.post("/v1/uploads", status_code=201, response_model=Upload, responses=documented(409, 413))
async def promise(
    request: Request, caller: Annotated[Caller, Depends(require("member", "admin", "owner"))], told: NewUpload
) -> Any:
    """A URL for one archive. It becomes one import at most, and is cleared an hour after it was PUT."""
    spool: Spool = request.app.state.spool
    if spool.presigned is None:
        raise only_in_a_bucket()
    if told.size is not None and told.size > spool.limit:
        raise Problem(413, "The upload is too large", f"It may have {spool.limit} bytes.")
    upload, expires_at = uuid4(), datetime.now(UTC) + VALID
    url = await spool.presigned.url(upload, VALID)
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        values = {"tenant_id": caller.tenant, "id": upload, "filename": told.filename, "created_by": caller.subject}
        await queries.add_upload(connection, values | {"expires_at": expires_at})
    return {"id": upload, "url": url, "method": "PUT", "headers": {}, "expires_at": expires_at}


def usable(upload: RowMapping | None) -> RowMapping:
    """Also another tenant's is not there: nobody learns which ids there are."""
    if upload is None:
        raise Problem(404, "No such upload", "There is no upload of this id, or it has expired.")
    if upload["import_id"] is not None:
        raise used_before()
    return upload


def used_before() -> Problem:
    """Of two that ask at once, one hears this too."""
    return Problem(409, "The upload has been used", "It became an import already: upload the file again for another.")


def only_in_a_bucket() -> Problem:
    """Where the spool is a folder."""
    return Problem(409, "No pre-signed URLs here", "Send the archive itself, as `file` of POST /v1/imports.")
