"""A server of https on loopback for what is fetched from a URL, which answers as badly as a test wants."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import trustme

Respond = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class TlsServer:
    """`respond` has what is sent back by path; others are a 404. `asked` are the requests' heads, `names` the SNIs."""

    port: int
    ca_file: Path
    respond: dict[str, bytes | Respond] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)

    def url(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"

    def serve(self, path: str, body: bytes, *headers: str) -> str:
        """Its URL."""
        self.respond[path] = answer(200, body, *headers)
        return self.url(path)


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status} Told", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


@asynccontextmanager
async def tls_server(folder: Path, *names: str) -> AsyncIterator[TlsServer]:
    """Its certificate is for `names`, localhost where none is said."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*(names or ("localhost",))).configure_cert(context)
    server = TlsServer(0, folder / "ca.pem")
    context.sni_callback = lambda _, name, __: server.names.append(name)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            server.asked.append(head)
            respond = server.respond.get(head.split(" ")[1], answer(404))
            if isinstance(respond, bytes):
                writer.write(respond)
            else:
                await respond(writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server
