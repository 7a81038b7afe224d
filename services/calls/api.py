"""Calls as a tenant reads them."""

from fastapi import APIRouter, FastAPI

from ringback.events import Call
from ringback.exports.route import install
from ringback.http.app import with_database
from ringback.http.paging import Page
from ringback.http.problems import documented
from ringback.http.records import Asking, OfPage, RecordId, Records
from ringback.http.undo import Undoable, preview_route
from ringback.runtime.settings import HttpSettings
from services.calls import exports, tables
from services.calls.record import CallRecord
from services.calls.settings import CallsSettings
from services.calls.undo import KIND
from services.calls.views import CallView

CALLS = Records(tables.calls, tables.contributions.contributions, CallView, "call")

UNDOABLE = Undoable(
    "calls", tables.ledger, tables.calls.records, tables.contributions.contributions, CallRecord, Call, KIND.refold
)

router = APIRouter(prefix="/v1/calls", tags=["calls"])


@router.get("")
async def list_calls(asked: Asking, listing: OfPage) -> Page[CallView]:
    """In the order in which they came to be, of all or of an import; of participants, the newest first."""
    return await CALLS.page(asked, listing)


preview_route(router, UNDOABLE)


@router.get("/{call_id}", responses=documented(404))
async def get_call(asked: Asking, call_id: RecordId) -> CallView:
    """404 where it is another tenant's."""
    return await CALLS.one(asked, call_id)


def create_app() -> FastAPI:
    """Settings come from the environment."""
    app = with_database("calls", CallsSettings().api_dsn, HttpSettings())
    app.include_router(router)
    install(app, exports.router)
    return app
