"""What every way of watching progress has in common: whom it is shown to, and until when."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

from ringback.http.audit import unaudited
from ringback.http.problems import Problem
from ringback.http.tokens import OPERATOR, Caller


class Expired(Exception):
    """The token was good when the stream began, and is no more."""


def watched(who: Caller, asked: str | None) -> str | None:
    """The import to show, or None for all of the tenant's; raises Problem where the token does not open that.

    A progress token that asks for nothing is shown its own import. An operator's token opens nothing here: a gateway
    has no database, so no audit log. It takes a progress token, whose making is in ingest's.
    """
    if who.role == OPERATOR:
        raise unaudited()
    if asked is not None:
        # In capitals it is the same UUID, as everywhere under /v1/imports.
        asked = asked.lower()
    if who.import_id is None:
        return asked
    if asked not in (None, who.import_id):
        raise Problem(403, "Forbidden", f"This token opens the progress of import {who.import_id} and nothing else.")
    return who.import_id


async def until_either_ends(
    sending: Coroutine[Any, Any, None], listening: Coroutine[Any, Any, None], who: Caller
) -> None:
    """Runs both until one ends, and then neither; raises Expired when the token does so first."""
    ends = {asyncio.create_task(sending), asyncio.create_task(listening)}
    try:
        left = max(who.expires - time.time(), 0)
        ended, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED, timeout=left)
    finally:
        for each in ends:
            each.cancel()
        await asyncio.wait(ends)
    for each in ends:
        if not each.cancelled():
            each.result()
    if not ended:
        raise Expired
