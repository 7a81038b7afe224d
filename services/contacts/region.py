"""The tenant's region, by which a number without its country is read: kept with the imports, and asked of them."""

from starlette.requests import Request

from ringback.http.peers import PeerAway
from ringback.http.problems import Problem

#: phonenumbers' word for no region at all: only numbers with their country are valid in it.
NOWHERE = "ZZ"


async def region(request: Request) -> str:
    """503 where it cannot be had."""
    try:
        settings = await request.app.state.peers["ingest"].get(request, "/v1/settings", [])
    except PeerAway as error:
        detail = f"The settings do not answer ({error}). Write numbers like +14155552671, or try again."
        raise Problem(
            503, "The tenant's region is not known now", detail, headers={"Retry-After": "1"}, away=[error.name]
        ) from error
    found: str = settings["region"]
    return found
