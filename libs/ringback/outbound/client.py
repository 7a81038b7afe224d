"""The one way out to an address that a tenant named."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from ipaddress import IPv6Address
from typing import NamedTuple

import httpx2

from ringback.outbound.addresses import may_be_asked
from ringback.outbound.refusals import Refused
from ringback.runtime.settings import OutboundSettings

#: Seconds until an address is known, a connection stands, and between two pieces of an answer.
LOOKUP, CONNECT, SILENCE = 5.0, 5.0, 30.0
#: Of a host's addresses; who has more has others for balance.
MOST_ADDRESSES = 4
#: A name that is slow to resolve holds a thread for as long as the system's resolver likes, so these have their own.
LOOKUPS_AT_ONCE = 8
LONGEST_URL = 2_000
#: Nothing is sent that says more of us, and nothing is asked for that would have to be unpacked.
HEADERS = {"User-Agent": "Ringback", "Accept": "*/*", "Accept-Encoding": "identity"}

_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")


class Answer(NamedTuple):
    """`chunks` are the body's bytes as they were sent; headers are known by any case."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]


class Outbound:
    """Keeps nothing between two requests: no connection, no cookie, no answer of the resolver's."""

    def __init__(self, settings: OutboundSettings) -> None:
        self._allowed, self._seconds = settings.outbound_allow, settings.outbound_seconds
        self._tls = httpx2.create_ssl_context(trust_env=False)
        if settings.outbound_ca_file is not None:
            self._tls.load_verify_locations(settings.outbound_ca_file)
        self._lookups = ThreadPoolExecutor(LOOKUPS_AT_ONCE, thread_name_prefix="lookup")

    def close(self) -> None:
        """Waits for nobody."""
        self._lookups.shutdown(wait=False, cancel_futures=True)

    @asynccontextmanager
    async def sent(
        self, method: str, url: str, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[Answer]:
        """Sends a request, follows nothing, and raises Refused; the answer may have any status.

        All of it, with what is read of `chunks`, ends in good time however slowly it comes.
        """
        target = parsed(url)
        deadline = asyncio.get_running_loop().time() + self._seconds
        async with self._client() as client:
            request = client.build_request(method, target, content=content, headers=HEADERS | dict(headers or {}))
            async with self._named(deadline):
                response = await client.send(request, stream=True)
            try:
                yield Answer(response.status_code, response.headers, self._chunks(response, deadline))
            finally:
                await response.aclose()

    def _client(self) -> httpx2.AsyncClient:
        """Of one request: a connection that is kept would be reused for whatever host has the same address."""
        return httpx2.AsyncClient(
            transport=_Pinned(self), timeout=httpx2.Timeout(SILENCE, connect=CONNECT), trust_env=False
        )

    def transport(self) -> httpx2.AsyncHTTPTransport:
        """Connects to wherever it is told; only `_Pinned` tells it."""
        return httpx2.AsyncHTTPTransport(verify=self._tls, trust_env=False)

    async def addresses(self, host: str, port: int) -> list[str]:
        """Resolves a name, once. One address that may not be asked is enough to refuse all of them."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(LOOKUP):
                found = await loop.run_in_executor(self._lookups, _resolved, host, port)
        except (OSError, UnicodeError):
            raise Refused("url_unknown_host") from None
        if not all(may_be_asked(each, self._allowed) for each in found):
            raise Refused("url_not_public")
        return found[:MOST_ADDRESSES]

    async def _chunks(self, response: httpx2.Response, deadline: float) -> AsyncIterator[bytes]:
        raw = response.aiter_raw()
        while True:
            async with self._named(deadline):
                chunk = await anext(raw, None)
            if chunk is None:
                return
            yield chunk

    @asynccontextmanager
    async def _named(self, deadline: float) -> AsyncIterator[None]:
        """What goes wrong, in our words."""
        try:
            async with asyncio.timeout_at(deadline):
                yield
        except (TimeoutError, httpx2.TimeoutException):
            raise Refused("url_too_slow", f"{self._seconds:g} s") from None
        except httpx2.ConnectError:
            raise Refused("url_unreachable") from None
        except httpx2.TransportError:
            raise Refused("url_broke_off") from None


class _Pinned(httpx2.AsyncBaseTransport):
    """Connects to an address that was judged, while TLS and the Host header go on to name the host."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound, self._inner = outbound, outbound.transport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """One address after the other, until a connection stands; nothing of the request has been sent before."""
        host = request.url.raw_host.decode()
        addresses = await self._outbound.addresses(host, request.url.port or 443)
        for address in addresses[:-1]:
            try:
                return await self._inner.handle_async_request(_to(address, host, request))
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return await self._inner.handle_async_request(_to(addresses[-1], host, request))

    async def aclose(self) -> None:
        """With its connection."""
        await self._inner.aclose()


def parsed(written: str) -> httpx2.URL:
    """By the parser that connects too, so that both see the same host; raises Refused."""
    try:
        url = httpx2.URL(written)
    except (httpx2.InvalidURL, ValueError):
        raise Refused("url_not_valid") from None
    if url.scheme != "https":
        raise Refused("url_not_https")
    if url.userinfo:
        raise Refused("url_with_credentials")
    if len(written) > LONGEST_URL or not _is_host(url.raw_host.decode()) or not 0 < (url.port or 443) < 65_536:
        raise Refused("url_not_valid")
    return url.copy_with(fragment=None)


def _is_host(host: str) -> bool:
    """A name in its ASCII form, or an address; numbers in odd notations are names here, and judged once resolved."""
    if ":" not in host:
        return len(host) <= 253 and _NAME.fullmatch(host) is not None
    try:
        return IPv6Address(host).scope_id is None
    except ValueError:
        return False


def _resolved(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _to(address: str, host: str, request: httpx2.Request) -> httpx2.Request:
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions=request.extensions | {"sni_hostname": host},
    )
