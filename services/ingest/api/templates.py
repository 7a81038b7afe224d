"""Mappings that are used again: by their name, and for every table of the same headers without being asked."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError

from ringback.events import Entity
from ringback.http.auth import Authenticated, Caller, require
from ringback.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from services.ingest.api import mapping_queries
from services.ingest.api.choices import Storable
from services.ingest.api.mapping_views import Target
from services.ingest.mapping import doubled, faults, fingerprint
from services.ingest.sources.archive import Limits

router = APIRouter()

Setter = Annotated[Caller, Depends(require("admin", "owner"))]
TemplateId = Annotated[UUID, Path(description="A template of the token's tenant.")]


class TemplateColumn(BaseModel):
    """A header, in any case, and what a column of that name is."""

    header: Annotated[str, Field(max_length=1_000), Storable]
    field: Target


class NewTemplate(BaseModel):
    """Headers in any order."""

    model_config = ConfigDict(str_strip_whitespace=True)

    name: Annotated[str, Field(min_length=1, max_length=200), Storable]
    entity: Entity
    columns: Annotated[list[TemplateColumn], Field(min_length=1, max_length=Limits().columns)]


class TemplateItem(NewTemplate):
    """As it was saved."""

    id: UUID
    created_by: str
    created_at: datetime


@router.post("/v1/mappings", status_code=201, response_model=TemplateItem, responses=documented(409))
async def save(request: Request, caller: Setter, new: NewTemplate) -> Any:
    """One of its name there can be; to change one, delete it first. It must map all that a row needs."""
    header = [each.header for each in new.columns]
    targets = [each.field for each in new.columns]
    _refuse_doubled(header)
    wrong = faults(new.entity, header, tuple(targets), given={"direction"})
    if wrong:
        errors = [{"where": ["body", "columns"], "detail": each.detail} for each in wrong]
        raise Problem(422, "Nothing could be imported by it", wrong[0].detail, code=wrong[0].code, errors=errors)
    values = {"tenant_id": caller.tenant, "id": uuid4(), "name": new.name, "entity": new.entity, "header": header}
    values |= {"targets": targets, "fingerprint": fingerprint(header), "created_by": caller.subject}
    try:
        async with tenant_session(request.app.state.engine, caller.tenant) as connection:
            return _item(await mapping_queries.add_template(connection, values))
    except IntegrityError:
        detail = f"There is a template {new.name!r} already: delete it first, or choose another name."
        raise Problem(409, "The name is taken", detail, code="name_taken") from None


@router.get("/v1/mappings", response_model=Page[TemplateItem])
async def list_templates(
    request: Request, caller: Authenticated, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Any:
    """By name."""
    after = decode_cursor(cursor, tuple[str])
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        rows = await mapping_queries.list_templates(connection, after[0] if after else None, limit + 1)
    shown = rows[:limit]
    last = encode_cursor((shown[-1]["name"],)) if len(rows) > limit else None
    return {"items": [_item(row) for row in shown], "next_cursor": last}


@router.delete("/v1/mappings/{mapping_id}", status_code=204, responses=documented(404))
async def drop(request: Request, caller: Setter, mapping_id: TemplateId) -> None:
    """Imports that were mapped by it stay so."""
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        if not await mapping_queries.drop_template(connection, mapping_id):
            raise Problem(404, "No such template", "There is no template of this id.")


def _refuse_doubled(header: list[str]) -> None:
    errors = [
        {"where": ["body", "columns", at, "header"], "detail": f"{header[at].strip()!r} is there already."}
        for at in doubled(header)
    ]
    if errors:
        detail = f"{errors[0]['detail']} A header, in whatever case, stands in a template once."
        raise Problem(422, "A header stands there twice", detail, code="double_header", errors=errors)


def _item(row: RowMapping) -> dict[str, Any]:
    columns = zip(row["header"], row["targets"], strict=True)
    return {**row, "columns": [{"header": header, "field": target} for header, target in columns]}
