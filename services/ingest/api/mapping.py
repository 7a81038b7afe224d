"""What a table's columns are: shown with suggestions, tried, and set, after which the import goes its way."""

from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from ringback.events import Entity
from ringback.http.auth import Authenticated, Caller, require
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from services.ingest import import_log, parse
from services.ingest.api import mapping_queries, queries, views
from services.ingest.api.errors import in_ascii
from services.ingest.api.imports import ImportId, no_such_import
from services.ingest.api.mapping_views import MappingView, NewMapping, view
from services.ingest.mapping import Offer, Trial, again, trial
from services.ingest.parse.frame import Mapping

router = APIRouter()

_PATH = "/v1/imports/{import_id}/mapping"


class _Table(NamedTuple):
    """An import of one table."""

    it: RowMapping
    entity: Entity
    offer: Offer
    mapping: Mapping | None

    def under(self, mapping: Mapping | None) -> Trial:
        return trial(self.offer, self.entity, _frame(self.it), mapping)

    def shown(self, mapping: Mapping | None) -> Response:
        return in_ascii(view(self.it["id"], self.it["status"], self.entity, self.offer, self.under(mapping)))


@router.get(_PATH, response_model=MappingView, responses=documented(404, 409))
async def get_mapping(request: Request, caller: Authenticated, import_id: ImportId) -> Response:
    """As it was set, or as it is suggested, with the table's first rows as they are read so."""
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        table = await _table(connection, import_id)
    return table.shown(table.mapping)


@router.post(_PATH + "/preview", response_model=MappingView, responses=documented(404, 409))
async def preview_mapping(request: Request, caller: Authenticated, import_id: ImportId, new: NewMapping) -> Response:
    """The same under a mapping that is not set; what is wrong with it stands in `errors`."""
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        table = await _table(connection, import_id)
    return table.shown(_mapping(table, new))


@router.put(_PATH, response_model=views.ImportItem, responses=documented(404, 409))
async def put_mapping(
    request: Request,
    caller: Annotated[Caller, Depends(require("member", "admin", "owner"))],
    import_id: ImportId,
    new: NewMapping,
) -> Any:
    """Sets it, for good, and lets the import begin. Of an import for real that takes an admin or owner."""
    async with tenant_session(request.app.state.engine, caller.tenant) as connection:
        table = await _table(connection, import_id, lock=True)
        _check_waiting(table.it, caller)
        mapping = _mapping(table, new)
        faults = table.under(mapping).faults
        if faults:
            errors = [{"where": ["body", "columns", *_place(each.column)], "detail": each.detail} for each in faults]
            raise Problem(
                422, "The mapping cannot be imported by", faults[0].detail, code=faults[0].code, errors=errors
            )
        row = await mapping_queries.put_mapping(connection, table.it, mapping)
        await queries.note(connection, row, import_log.mapped(caller.subject, table.offer.header, mapping))
        return views.item(row, await queries.files_of(connection, [import_id]))


async def _table(connection: AsyncConnection, import_id: ImportId, *, lock: bool = False) -> _Table:
    it = await queries.get_import(connection, import_id, lock=lock)
    if it is None:
        raise no_such_import()
    file = await _file(connection, it)
    if file is None:
        detail = "Only a table that was sent is mapped: an archive's columns are what their names say."
        raise Problem(409, "It has no mapping", detail, code="not_mapped")
    return _Table(it, file["entity"], again(file["offer"]), None if file["mapping"] is None else tuple(file["mapping"]))


async def _file(connection: AsyncConnection, it: RowMapping) -> RowMapping | None:
    """The table's, or that of the import which it runs again: the same file by the same mapping."""
    file = await mapping_queries.table_of(connection, it["id"])
    if file is not None or it["parent"] is None:
        return file
    parent = await queries.get_import(connection, it["parent"])
    same = parent is not None and parent["spool_key"] == it["spool_key"]
    return await _file(connection, parent) if parent is not None and same else None


def _check_waiting(it: RowMapping, caller: Caller) -> None:
    if it["status"] != "needs_mapping":
        detail = f"It is {it['status']}; a mapping is set once, before an import begins. Send the file again."
        raise Problem(409, "It is mapped already", detail, code="mapped", status_of_import=it["status"])
    if not it["dry_run"] and caller.role == "member":
        raise Problem(403, "Forbidden", "A member may import dry only; ask an admin or owner to map it.")


def _mapping(table: _Table, new: NewMapping) -> Mapping:
    """Raises a 422 where a header is another than the table's."""
    header = table.offer.header
    for at, (column, written) in enumerate(zip(new.columns, header, strict=False)):
        if column.header is not None and column.header != written:
            detail = f"Column {at + 1} is {written!r}, not {column.header!r}: all columns are said in their order."
            errors = [{"where": ["body", "columns", at, "header"], "detail": detail}]
            raise Problem(422, "The columns are others", detail, code="other_columns", errors=errors)
    return tuple(each.field for each in new.columns)


def _place(column: int | None) -> list[int]:
    return [] if column is None else [column]


def _frame(it: RowMapping) -> parse.Frame:
    """What the import's rows will be read by."""
    return parse.Frame(
        source=it["source"],
        region=it["region"],
        zone=ZoneInfo(it["zone"]),
        own_numbers=frozenset(it["own_numbers"]),
        defaults=it["defaults"],
        list=it["list"],
    )
