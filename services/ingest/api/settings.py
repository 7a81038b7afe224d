"""The tenant's own numbers, region and time zone."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import RowMapping

from ringback.http.auth import Authenticated, Caller, require
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from services.ingest import tenant_settings
from services.ingest.api import queries

router = APIRouter()

_ETAG = {"ETag": {"description": "Changes with the settings.", "schema": {"type": "string"}}}
_OK: dict[int | str, dict[str, Any]] = {200: {"headers": _ETAG}}
IfMatch = Annotated[
    str | None,
    Header(max_length=100, description="The ETag of the settings that are changed, lest another's are lost."),
]


class NewSettings(BaseModel):
    """All three, since they replace what was there."""

    own_numbers: Annotated[
        list[Annotated[str, Field(max_length=100)]],
        Field(max_length=1_000, description="The tenant's own phone numbers; one without a country is in `region`."),
    ]
    region: Annotated[
        str, AfterValidator(tenant_settings.region), Field(max_length=100, description="ISO 3166, like US.")
    ]
    time_zone: Annotated[
        str, AfterValidator(tenant_settings.zone), Field(max_length=100, description="Like America/New_York.")
    ]


class TenantSettings(BaseModel):
    """What imports from now on are read by. `updated_at` is null while they are the defaults."""

    own_numbers: list[str]
    region: str
    time_zone: str
    updated_at: datetime | None
    updated_by: str | None


@router.get("/v1/settings", response_model=TenantSettings, responses=_OK)
async def get_settings(request: Request, response: Response, caller: Authenticated) -> Any:
    """The tenant's own, or the defaults."""
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        row = await queries.settings_of(connection)
    return _shown(row, response)


@router.put("/v1/settings", response_model=TenantSettings, responses=_OK | documented(412))
async def put_settings(
    request: Request,
    response: Response,
    caller: Annotated[Caller, Depends(require("admin", "owner"))],
    new: NewSettings,
    if_match: IfMatch = None,
) -> Any:
    """Replaces them. Imports that are accepted already keep what they were accepted with."""
    numbers, wrong = tenant_settings.own_numbers(new.own_numbers, new.region)
    if wrong:
        errors = [{"where": ["body", "own_numbers", place], "detail": why} for place, why in wrong.items()]
        raise Problem(422, "The request is not valid", errors=errors)
    values = {"own_numbers": numbers, "region": new.region, "zone": new.time_zone, "updated_by": caller.subject}
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        row = await queries.settings_of(connection, lock=caller.tenant)
        if if_match is not None and if_match not in ("*", _etag(row)):
            raise Problem(412, "They were changed meanwhile", "Read them again, and change what they are now.")
        row = await queries.put_settings(connection, values | {"tenant_id": caller.tenant})
    return _shown(row, response)


def _shown(row: RowMapping | None, response: Response) -> dict[str, Any]:
    response.headers["ETag"] = _etag(row)
    if row is None:
        said: Any = tenant_settings.DEFAULTS._asdict() | {"updated_at": None, "updated_by": None}
    else:
        said = row
    return {"time_zone": said["zone"], **{name: said[name] for name in TenantSettings.model_fields if name in said}}


def _etag(row: RowMapping | None) -> str:
    return f'"{row["revision"] if row is not None else 0}"'
