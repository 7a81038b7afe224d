"""A contact changed or deleted by a person."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.http.auth import Caller, require
from ringback.http.problems import Problem, documented
from ringback.http.records import RecordId
from ringback.postgres.tenancy import tenant_session
from services.contacts import edit_store, editing, patch, reading
from services.contacts.edits import Edit
from services.contacts.patch import ContactPatch, Patch
from services.contacts.region import NOWHERE, region
from services.contacts.views import ContactView, etag

router = APIRouter(prefix="/v1/contacts", tags=["contacts"])

Editor = Annotated[Caller, Depends(require("member", "admin", "owner"))]
IfMatch = Annotated[
    str | None,
    Header(max_length=100, description="The ETag of the contact that is changed, lest another's edit is lost."),
]
ETAG: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"description": "Changes with the contact.", "schema": {"type": "string"}}}}
}


@router.patch("/{contact_id}", responses=ETAG | documented(404, 409, 412))
async def patch_contact(
    request: Request,
    response: Response,
    caller: Editor,
    contact_id: RecordId,
    new: ContactPatch,
    if_match: IfMatch = None,
) -> ContactView:
    """What is absent stays, what is null or blank is cleared. What a person says stands until a later word.

    Numbers are read in the tenant's region; one with its country needs none. 409 where a phone or e-mail finds another
    contact, which it names.
    """
    assert isinstance(new, Patch)
    edit = patch.edit(new, await region(request) if patch.local_numbers(new) else NOWHERE)
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        await _edit(session, caller.tenant, contact_id, edit, if_match)
        changed = await reading.one(session, contact_id)
    response.headers["ETag"] = etag(changed)
    return changed


@router.delete("/{contact_id}", status_code=204, responses=documented(404, 412))
async def delete_contact(request: Request, caller: Editor, contact_id: RecordId, if_match: IfMatch = None) -> None:
    """It is not found any more, by no file either: its phone then makes a new contact.

    A live event of one of its external ids that is newer brings it back.
    """
    async with tenant_session(request.app.state.engine, caller.tenant) as session:
        await _edit(session, caller.tenant, contact_id, Edit(deletes=True), if_match)


async def _edit(session: AsyncConnection, tenant: str, contact_id: int, edit: Edit, if_match: str | None) -> None:
    await edit_store.lock(session, tenant)
    stands = await reading.one(session, contact_id)
    if if_match is not None and if_match not in ("*", etag(stands)):
        raise Problem(412, "It was changed meanwhile", "Read it again, and change what it is now.")
    reached = {"phone": stands.phone, "email": stands.email} | edit.fields
    if edit.fields.keys() & {"phone", "email"} and not (reached["phone"] or reached["email"]):
        raise Problem(422, "The request is not valid", "A contact keeps a phone or an e-mail.")
    if edit == Edit():
        return
    try:
        await editing.apply(session, tenant, {contact_id: edit})
    except editing.KeyTaken as taken:
        raise _conflict(taken, await reading.one(session, taken.owner)) from taken


def _conflict(taken: editing.KeyTaken, owner: ContactView) -> Problem:
    kind, value = taken.key[1], taken.key[3]
    detail = f"The {kind} {value} finds contact {owner.id} ({owner.display_name}): change or delete that one first."
    return Problem(409, "It belongs to another contact", detail, field=kind, contact_id=owner.id)
