"""Calls as a tenant reads them."""

from typing import Annotated

from fastapi import APIRouter, FastAPI, Path, Query, Request

from ringback.http.app import with_database
from ringback.http.auth import Authenticated
from ringback.http.paging import DEFAULT_LIMIT, STORABLE, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from ringback.runtime.settings import HttpSettings
from services.calls import queries
from services.calls.settings import CallsSettings
from services.calls.views import CallView, call_views

router = APIRouter(prefix="/v1/calls", tags=["calls"])

Participant = Annotated[
    str | None, Query(max_length=16, pattern=STORABLE, description="Only calls that it took part in.")
]
CallId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("")
async def list_calls(
    request: Request,
    caller: Authenticated,
    participant: Participant = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[CallView]:
    """In the order in which they came to be."""
    after = decode_cursor(cursor, tuple[int])
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        rows = (await session.execute(queries.page(after, limit + 1, participant))).all()
        further = (await session.execute(queries.further_ids([row.id for row in rows]))).all()
    items = call_views(rows, further)
    return Page(items=items[:limit], next_cursor=encode_cursor((items[limit - 1].id,)) if len(items) > limit else None)


@router.get("/{call_id}", responses=documented(404))
async def get_call(request: Request, caller: Authenticated, call_id: CallId) -> CallView:
    """404 where it is another tenant's."""
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        rows = (await session.execute(queries.one(call_id))).all()
        further = (await session.execute(queries.further_ids([call_id]))).all()
    if not rows:
        raise Problem(404, "Not Found", f"There is no call {call_id}.")
    return call_views(rows, further)[0]


def create_app() -> FastAPI:
    """Settings come from the environment."""
    app = with_database("calls", CallsSettings().api_dsn, HttpSettings())
    app.include_router(router)
    return app
