"""Lists of contacts: made by people, or by an import that puts somebody in one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.http.auth import Authenticated
from ringback.http.paging import DEFAULT_LIMIT, STORABLE, Cursor, Limit, Page, decode_cursor, encode_cursor
from ringback.http.problems import Problem, documented
from ringback.postgres.tenancy import tenant_session
from services.contacts import edit_store, editing, lists
from services.contacts.edit_api import Editor
from services.contacts.edits import Edit
from services.contacts.patch import LONGEST_TEXT, Name

router = APIRouter(prefix="/v1/lists", tags=["lists"])

#: Members of one request, or of one transaction: the tenant's imports wait for as long as it takes.
MOST_MEMBERS = 1_000

ListId = Annotated[int, Path(ge=1, le=2**63 - 1)]
ContactId = Annotated[int, Field(ge=1, le=2**63 - 1)]
Members = Annotated[list[ContactId], Field(max_length=MOST_MEMBERS)]


class NewList(BaseModel):
    """A name that no list has."""

    name: Name


class ListView(BaseModel):
    """`contacts` is how many are in it; `GET /v1/contacts?list=` has them, by its name."""

    id: int
    name: str
    contacts: int
    created_at: datetime


class Membership(BaseModel):
    """Contacts to put into the list, and to take out."""

    model_config = ConfigDict(extra="forbid")

    add: Members = []
    remove: Members = []

    @model_validator(mode="after")
    def _either(self) -> Any:
        if set(self.add) & set(self.remove):
            raise ValueError("a contact is to be added and removed at once")
        return self


class Moved(BaseModel):
    """How many came in and went out; the others were in, or out, before."""

    added: int
    removed: int


@router.get("")
async def get_lists(
    request: Request,
    caller: Authenticated,
    name: Annotated[
        str | None, Query(max_length=LONGEST_TEXT, pattern=STORABLE, description="The one of that name.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ListView]:
    """In the order in which they came to be."""
    after = decode_cursor(cursor, tuple[int])
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        found = await lists.page(session, caller.tenant, after, limit + 1, name)
        items = await _views(session, found[:limit])
    return Page(items=items, next_cursor=encode_cursor((items[-1].id,)) if len(found) > limit else None)


@router.post("", status_code=201, responses=documented(409))
async def post_list(request: Request, caller: Editor, new: NewList) -> ListView:
    """Empty at first."""
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        await edit_store.lock(session, caller.tenant)
        made = await edit_store.make_list(session, caller.tenant, new.name)
        if made is None:
            raise Problem(409, "There is one of that name", f"GET /v1/lists?name= has the list {new.name!r}.")
        return (await _views(session, [await _list(session, made)]))[0]


@router.get("/{list_id}", responses=documented(404))
async def get_list(request: Request, caller: Authenticated, list_id: ListId) -> ListView:
    """404 where it is another tenant's."""
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        return (await _views(session, [await _list(session, list_id)]))[0]


@router.delete("/{list_id}", status_code=204, responses=documented(404))
async def delete_list(request: Request, caller: Editor, list_id: ListId) -> None:
    """Takes everybody out, some at a time: if it fails in between, the list is there still, and can be deleted again.

    An import that names it later makes it anew, with whom it puts in.
    """
    after: int | None = 0
    while after is not None:
        async with tenant_session(request.app.state.engine, caller.tenant) as session:
            await edit_store.lock(session, caller.tenant)
            name = (await _list(session, list_id)).name
            some = await lists.spoken_of(session, name, after, MOST_MEMBERS)
            await editing.apply(session, caller.tenant, dict.fromkeys(some, Edit(lists={name: None})))
            after = some[-1] if some else None
            if after is None:
                await lists.drop(session, list_id)


@router.post("/{list_id}/contacts", responses=documented(404))
async def post_members(request: Request, caller: Editor, list_id: ListId, members: Membership) -> Moved:
    """Puts contacts in and takes others out, all or (404 where one of them is not there) none.

    Who was taken out stays out, whatever files say later, until a person puts it in again.
    """
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        await edit_store.lock(session, caller.tenant)
        name = (await _list(session, list_id)).name
        asked = {each: Edit(lists={name: True}) for each in members.add}
        asked |= {each: Edit(lists={name: False}) for each in members.remove}
        edited = await editing.apply(session, caller.tenant, asked)
        _all_there(asked, (each.record.id for each in edited))
    came = [each.edit.lists[name] for each in edited if each.changed]
    return Moved(added=came.count(True), removed=came.count(False))


def _all_there(asked: Iterable[int], found: Iterable[int | None]) -> None:
    missing = sorted(set(asked) - set(found))
    if missing:
        some = ", ".join(map(str, missing[:20]))
        raise Problem(404, "Not Found", f"There are no contacts {some}.", contact_ids=missing)


async def _list(session: AsyncConnection, list_id: int) -> lists.Listed:
    found = await lists.one(session, list_id)
    if found is None:
        raise Problem(404, "Not Found", f"There is no list {list_id}.")
    return found


async def _views(session: AsyncConnection, found: list[lists.Listed]) -> list[ListView]:
    counts = await lists.sizes(session, [each.name for each in found])
    return [ListView(**each._asdict(), contacts=counts.get(each.name, 0)) for each in found]
