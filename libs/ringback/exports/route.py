"""`GET /v1/exports/…`, alike in all services: what is asked for, who may, and the answer.

@router.get("/v1/exports/calls", **DOCUMENTED)
async def export_calls(asked: Exporting) -> Response:
    return await answer(asked, CALLS, query)
"""

import errno
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.responses import StreamingResponse
from sqlalchemy import Select
from starlette.requests import Request
from starlette.responses import Response

from ringback.exports.download import Download, Filling
from ringback.exports.filling import Kind, Order, fill
from ringback.exports.formats import MEDIA_TYPES, Format
from ringback.exports.growing import GrowingFile
from ringback.exports.identity import UNNAMED
from ringback.exports.turns import Turns
from ringback.exports.writer import DoesNotFit
from ringback.http import audit
from ringback.http.auth import Authenticated, Caller
from ringback.http.paging import STORABLE
from ringback.http.problems import Problem, documented
from ringback.runtime.settings import ExportSettings


async def audited(request: Request, who: Authenticated) -> Caller:
    """Any role may export; that somebody did is written down, since it takes out everything at once."""
    await audit.take_down(request, who)
    return who


class Exporting(NamedTuple):
    """Who asks, and for which file."""

    request: Request
    caller: Annotated[Caller, Depends(audited)]
    format: Annotated[Format, Query(description="A table (csv, xlsx), an array of objects, or an object a line.")] = (
        "csv"
    )
    limit: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="The oldest so many; all without it.")] = None
    excel_safe: Annotated[
        bool,
        Query(
            description="Of a table: an apostrophe before what a spreadsheet would run as a formula (= + - @ tab CR), "
            "and a BOM. For reading only: an import keeps the apostrophe."
        ),
    ] = False
    source: Annotated[
        str,
        Query(
            min_length=1,
            max_length=100,
            pattern=STORABLE,
            description="External ids of this source stand as they are, as an import with the same `source` reads "
            "them; one of another stands behind its own: hubspot/77.",
        ),
    ] = UNNAMED


Asked = Annotated[Exporting, Depends()]

#: What a route's decorator takes.
DOCUMENTED: dict[str, Any] = {
    "status_code": 200,
    "response_class": StreamingResponse,
    "responses": {
        200: {
            "description": "The records by id, out of one snapshot",
            "headers": {"Content-Disposition": {"description": "Its name", "schema": {"type": "string"}}},
            "content": {
                media: {"schema": {"type": "array", "items": {"type": "object"}}}
                if format == "json"
                else {"schema": {"type": "string"}}
                for format, media in MEDIA_TYPES.items()
            },
        }
    }
    | documented(409, 429, 507),
}


def install(app: FastAPI, *routers: APIRouter) -> None:
    """Before an app with a database answers any of them."""
    app.state.exports = Turns()
    app.state.exports_folder = ExportSettings().exports
    for router in routers:
        app.include_router(router)


async def answer(asked: Exporting, kind: Kind, query: Select[Any]) -> Response:
    """The file; a problem where it comes to nothing before the first byte."""
    state, tenant = asked.request.app.state, asked.caller.tenant
    order = Order(kind, query, asked.format, asked.limit, asked.excel_safe, asked.source)
    async with AsyncExitStack() as held:
        held.enter_context(state.exports.opened(tenant))
        folder = Path(held.enter_context(TemporaryDirectory(dir=state.exports_folder, prefix="ringback-export-")))
        file = GrowingFile(folder)
        held.callback(file.close)
        filling = Filling(file, _filled(state.exports, fill(file, folder, state.engine, tenant, order)))
        held.push_async_callback(filling.stop)
        await _begun(filling)
        name = f"{kind.name}-{datetime.now(UTC):%Y-%m-%d}.{asked.format}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Download(filling, held.pop_all(), media_type=MEDIA_TYPES[asked.format], headers=headers)
    raise AssertionError("no exit of this stack passes over an error")


async def _filled(turns: Turns, work: Coroutine[Any, Any, None]) -> None:
    try:
        with turns.reading():
            await work
    finally:
        work.close()


async def _begun(filling: Filling) -> None:
    try:
        await filling.begun()
    except DoesNotFit as error:
        raise Problem(409, "Does not fit the format", str(error)) from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise Problem(507, "No room for the file", "The server's disk is full; try again later.") from error
