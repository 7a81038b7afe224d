"""Requests to addresses that a tenant named: what is fetched for an import, and what is told of one.

    async with fetched(outbound, url) as file:                      a whole file, or Refused
        async for chunk in file.chunks: ...
    async with outbound.sent("POST", url, content) as answer: ...   any answer

Whoever names an address could name what only we can reach: this machine, its network, its cloud's metadata. So a host
is resolved once, each of its addresses is judged, and the connection goes to one of just those.
"""

from ringback.outbound.client import Answer, Outbound, parsed
from ringback.outbound.fetching import fetched
from ringback.outbound.refusals import Refused

__all__ = ["Answer", "Outbound", "Refused", "fetched", "parsed"]
