"""What is fetched from a URL comes whole from the very host that was judged, or is refused in words."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringback.outbound import Outbound, Refused, fetched, parsed
from tests.tls_server import TlsServer, answer, tls_server
from tests.unit.outbound.conftest import way_out

BODY = b"phone\n+14155552671\n" * 50_000


async def body(outbound: Outbound, url: str) -> bytes:
    async with fetched(outbound, url) as file:
        return b"".join([chunk async for chunk in file.chunks])


async def refused(outbound: Outbound, url: str) -> str:
    with pytest.raises(Refused) as told:
        await body(outbound, url)
    return told.value.code


async def test_a_file_comes_whole_and_the_host_is_named_to_the_server(server: TlsServer, outbound: Outbound) -> None:
    url = server.serve("/a.csv?key=%2F", BODY, "Content-Type: image/png", "Set-Cookie: a=b")
    assert await body(outbound, url + "#part") == BODY
    assert await body(outbound, url) == BODY
    assert server.names == ["localhost"] * 2
    assert all(f"Host: localhost:{server.port}\r\n" in head for head in server.asked)
    assert not any("ookie" in head or "part" in head for head in server.asked)


async def test_a_host_is_resolved_once_and_connected_to_by_just_that_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    resolve = socket.getaddrinfo

    def rebinding(host: Any, *more: Any, **options: Any) -> Any:
        """Of a host that shows one address to who judges and another to who connects."""
        if host not in ("files.example", b"files.example"):
            return resolve(host, *more, **options)
        asked.append(host)
        return resolve("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *more, **options)

    async with tls_server(tmp_path, "files.example") as server:
        outbound = way_out(server, allow="127.0.0.1/32")
        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        server.serve("/a", b"a")
        assert await body(outbound, server.url("/a", "files.example")) == b"a"
        assert len(asked) == 1
        assert await refused(outbound, server.url("/a", "files.example")) == "url_not_public"
        assert server.names == ["files.example"]
        outbound.close()


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"],
)
async def test_nothing_of_ours_is_asked_however_it_is_written(server: TlsServer, host: str) -> None:
    outbound = way_out(server, allow="")
    assert await refused(outbound, server.url("/a", host)) == "url_not_public"
    assert server.names == server.asked == []
    outbound.close()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/a", "url_not_https"),
        ("file:///etc/passwd", "url_not_https"),
        ("//example.com/a", "url_not_https"),
        ("example.com/a", "url_not_https"),
        ("https:///a", "url_not_valid"),
        ("https://exa mple.com/", "url_not_valid"),
        ("https://example.com%2f.evil/", "url_not_valid"),
        ("https://[fe80::1%25eth0]/", "url_not_valid"),
        ("https://example.com:99999/", "url_not_valid"),
        ("https://example.com/\n", "url_not_valid"),
        ("https://" + "a" * 300 + ".com/", "url_not_valid"),
        ("https://example.com/" + "a" * 2_000, "url_not_valid"),
        ("https://ann:secret@example.com/", "url_with_credentials"),
        ("https://127.0.0.1\\@example.com/", "url_with_credentials"),
        ("https://nobody.invalid/", "url_unknown_host"),
        ("https://" + "a" * 64 + ".example/", "url_unknown_host"),
    ],
)
async def test_what_is_no_address_for_us_is_refused(outbound: Outbound, url: str, code: str) -> None:
    assert await refused(outbound, url) == code


@given(st.text(), st.sampled_from(["", "https://", "https://[", "https://a:", "https://a@", "https://a.b/"]))
def test_any_text_is_an_address_or_refused_as_none(text: str, before: str) -> None:
    try:
        url = parsed(before + text)
    except Refused:
        return
    assert url.scheme == "https" and url.raw_host.isascii() and not url.userinfo


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (answer(302, b"", "Location: https://localhost/b"), "url_redirects"),
        (answer(403, b"the secrets of the host"), "url_answered"),
        (answer(206, BODY), "url_answered"),
        (answer(200, BODY, "Content-Encoding: gzip"), "url_packed"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nphone\n", "url_without_length"),
        (answer(200, BODY)[:-1], "url_broke_off"),
        (b"SSH-2.0-OpenSSH\r\n", "url_broke_off"),
        (b"", "url_broke_off"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000, "url_broke_off"),
    ],
)
async def test_an_answer_that_is_not_the_file_is_told_by_its_kind_alone(
    server: TlsServer, outbound: Outbound, response: bytes, code: str
) -> None:
    server.respond["/a"] = response
    with pytest.raises(Refused) as told:
        await body(outbound, server.url("/a"))
    assert told.value.code == code
    assert "secret" not in told.value.message and "localhost" not in told.value.message
    assert len(server.asked) == 1


async def test_one_that_drips_ends_in_good_time(server: TlsServer) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(200, BODY)[:200])
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2)

    server.respond = {"/drip": drip, "/silent": silent}
    outbound = way_out(server, seconds=0.3)
    for path in server.respond:
        assert await refused(outbound, server.url(path)) == "url_too_slow"
    outbound.close()


async def test_a_host_is_who_its_certificate_says_or_nobody(server: TlsServer, tmp_path: Path) -> None:
    outbound = way_out(server)
    assert await refused(outbound, server.serve("/a", b"a").replace("localhost", "127.0.0.1")) == "url_unreachable"
    outbound.close()
    (tmp_path / "other").mkdir()
    async with tls_server(tmp_path / "other") as other:
        stranger = way_out(other)
        assert await refused(stranger, server.url("/a")) == "url_unreachable"
        stranger.close()
    assert server.asked == []
