"""An import and its retries: whose failed rows may be run again, and why not."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from ringback.events import ENDED
from ringback.http.problems import Problem
from services.ingest.api import queries, retry_queries
from services.ingest.api.imports import no_such_import

#: Ends after which rows may be run again; of what was undone nothing is there that they could be added to.
RETRYABLE = ENDED - {"undone"}


class Family(NamedTuple):
    """The import that is retried, and the one whose rows it stands for: itself where it is no retry."""

    it: RowMapping
    origin: RowMapping


async def family(connection: AsyncConnection, import_id: UUID, *, lock: bool = False) -> Family:
    """Raises the Problem by which it cannot be retried; `lock` keeps it so until the transaction ends."""
    it = await queries.get_import(connection, import_id)
    if it is None:
        raise no_such_import()
    origin = await free_origin(connection, it, lock=lock)
    for each in (it, origin):
        if each["status"] not in RETRYABLE:
            detail = f"{each['id']} is {each['status']}; its rows can be run again once it has ended."
            raise conflict("not_ended", detail, status_of_import=each["status"])
    return Family(it, origin)


async def free_origin(connection: AsyncConnection, it: RowMapping, *, lock: bool = False) -> RowMapping:
    """The import whose rows it stands for; raises a Problem while a retry of that is at work."""
    origin = await queries.get_import(connection, it["retry_of"] or it["id"], lock=lock)
    assert origin is not None, "an import is never removed"
    at_work = await retry_queries.retry_at_work(connection, origin["id"])
    if at_work is not None:
        detail = f"Its rows are run again as import {at_work['id']}, which is {at_work['status']}: wait for its end."
        raise conflict("retry_at_work", detail, import_id=str(at_work["id"]))
    return origin


def nothing_failed() -> Problem:
    """409."""
    return conflict("nothing_failed", "None of its rows fails still, or none of those that were sent.")


def conflict(code: str, detail: str, **extra: Any) -> Problem:
    """409."""
    return Problem(409, "Its rows cannot be run again", detail, code=code, **extra)
