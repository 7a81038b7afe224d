"""A small real server with the routes that the command line uses, whose answers the test sets."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

TOKEN = "a.b.c"
ZEROES = {"new": 0, "updated": 0, "skipped": 0, "failed": 0}


def counts(rows: int, **figures: int) -> dict[str, int]:
    return {"rows": rows, **ZEROES, **figures}


def snapshot(status: str = "running", total: int = 4, **figures: int) -> dict[str, Any]:
    """As `/v1/progress` tells it, of an import of contacts alone."""
    processed = sum(figures.values())
    line = {"total": total, "processed": processed, **ZEROES, **figures, "closed": status == "finished"}
    return {"import_id": "i-1", "status": status, "dry_run": True, "entities": {"contacts": line}}


@dataclass
class World:
    """What the server knows; it outlives a restart of the server, as a database would."""

    state: dict[str, Any] = field(
        default_factory=lambda: {"id": "i-1", "status": "queued", "dry_run": True, "summary": {}, "reason": None}
    )
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    #: None: accepted. Else the problem that the upload is answered with.
    refusal: dict[str, Any] | None = None
    pages: dict[str, list[list[dict[str, Any]]]] = field(default_factory=dict)
    settings: dict[str, Any] = field(
        default_factory=lambda: {"own_numbers": ["+14155552671"], "region": "US", "time_zone": "UTC"}
    )
    revision: int = 3
    #: Whole answers by path, the queries that they were asked with, and whether they end before their end.
    files: dict[str, bytes] = field(default_factory=dict)
    queries: list[dict[str, str]] = field(default_factory=list)
    breaks_off: bool = False
    #: The query of the last page.
    filters: list[tuple[str, str]] = field(default_factory=list)
    uploads: list[dict[str, Any]] = field(default_factory=list)
    #: What was PUT or POSTed as JSON, by path; and why the first mapping is refused.
    bodies: list[tuple[str, Any]] = field(default_factory=list)
    refused_mapping: str = ""
    #: What a preview says of a mapping; what was paused, resumed or cancelled.
    trial: dict[str, Any] = field(default_factory=lambda: {"missing": [], "errors": []})
    stops: list[str] = field(default_factory=list)
    asked: int = 0
    ends_when_asked: int = 10**6
    joined: threading.Event = field(default_factory=threading.Event)

    def finish(self, **summary: dict[str, int]) -> None:
        self.state |= {"status": "finished", "summary": summary}

    async def upload(self, request: Request) -> Response:
        await self._take(request)
        if self.refusal is not None:
            return JSONResponse(self.refusal, 422, media_type="application/problem+json")
        return JSONResponse(self.state, 202)

    async def _take(self, request: Request) -> None:
        async with request.form() as form:
            told: dict[str, Any] = dict(form)
            file = told.pop("file", None)
            self.uploads.append(told | ({"name": file.filename, "size": file.size} if file else {}))

    async def again(self, request: Request) -> Response:
        """A child of the import: what is applied, or retried with the file that comes."""
        if request.headers.get("content-length", "0") != "0":
            await self._take(request)
        if self.refusal is not None:
            return JSONResponse(self.refusal, 409, media_type="application/problem+json")
        self.state |= {"id": "i-2", "dry_run": False, "parent": request.path_params["id"]}
        return JSONResponse(self.state, 202)

    async def find(self, request: Request) -> Response:
        if request.path_params["id"] != self.state["id"]:
            return _not_found()
        self.asked += 1
        if self.asked >= self.ends_when_asked:
            self.finish(contacts=counts(4, new=3, failed=1))
        return JSONResponse(self.state)

    async def hide(self, request: Request) -> Response:
        """The second time it is refused."""
        if self.refusal is not None:
            return JSONResponse(self.refusal, 409, media_type="application/problem+json")
        self.refusal = {"title": "It cannot be hidden", "detail": "It is queued; it can be hidden once it has ended."}
        return Response(status_code=204)

    async def stopped(self, request: Request) -> Response:
        """Paused, queued again, and cancelled while it runs."""
        self.stops.append(request.path_params["what"])
        status = {"pause": "paused", "resume": "queued", "cancel": "running"}[request.path_params["what"]]
        return JSONResponse(self.state | {"status": status})

    async def page(self, request: Request) -> Response:
        self.filters = sorted(request.query_params.multi_items())
        number = int(request.query_params.get("cursor") or 0)
        pages = self.pages.get(request.url.path)
        if pages is None:
            return _not_found()
        following = str(number + 1) if number + 1 < len(pages) else None
        # In ASCII, as the service does: a cell may be no Unicode text.
        body = json.dumps({"items": pages[number], "next_cursor": following})
        return Response(body, media_type="application/json")

    async def file(self, request: Request) -> Response:
        content = self.files.get(request.url.path)
        if content is None:
            return _not_found()
        self.queries.append(dict(request.query_params))
        told = len(content) + self.breaks_off
        return StreamingResponse(_chunks(content), headers={"Content-Length": str(told)})

    async def tried(self, request: Request) -> Response:
        return JSONResponse(self.trial)

    async def told(self, request: Request) -> Response:
        """A mapping that is set, and one that is kept."""
        self.bodies.append((request.url.path, await request.json()))
        if detail := self.refused_mapping:
            self.refused_mapping = ""
            return JSONResponse({"title": "No", "detail": detail}, 422, media_type="application/problem+json")
        self.state |= {"status": "queued"}
        return JSONResponse(self.state)

    async def tenant_settings(self, request: Request) -> Response:
        if request.method == "PUT":
            if request.headers["if-match"] != f'"{self.revision}"':
                return JSONResponse({"title": "They were changed meanwhile", "status": 412}, 412)
            self.settings, self.revision = await request.json(), self.revision + 1
        return JSONResponse(self.settings, headers={"ETag": f'"{self.revision}"'})

    async def tell(self, ws: WebSocket) -> None:
        if f"bearer.{TOKEN}" not in ws.scope["subprotocols"]:
            await ws.close(4401)
            return
        await ws.accept("ringback.v1")
        for each in self.snapshots:
            await ws.send_json(each)
        self.joined.set()
        try:
            await ws.receive_text()
        except WebSocketDisconnect:
            return

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/imports", self.upload, methods=["POST"]),
                Route("/v1/imports", self.page),
                Route("/v1/imports/summary", self.file),
                Route("/v1/imports/{id}", self.find),
                Route("/v1/imports/{id}", self.hide, methods=["DELETE"]),
                Route("/v1/imports/{id}/apply", self.again, methods=["POST"]),
                Route("/v1/imports/{id}/retry", self.again, methods=["POST"]),
                Route("/v1/imports/{id}/undo", self.again, methods=["POST"]),
                Route("/v1/imports/{id}/redo", self.again, methods=["POST"]),
                Route("/v1/imports/{id}/{what:str}", self.stopped, methods=["POST"]),
                Route("/v1/imports/{id}/mapping", self.told, methods=["PUT"]),
                Route("/v1/imports/{id}/mapping/preview", self.tried, methods=["POST"]),
                Route("/v1/mappings", self.told, methods=["POST"]),
                Route("/v1/imports/{id}/errors", self.page),
                Route("/v1/imports/{id}/log", self.page),
                Route("/v1/settings", self.tenant_settings, methods=["GET", "PUT"]),
                WebSocketRoute("/v1/progress/ws", self.tell),
                Route("/{path:path}", self.file),
            ]
        )


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content[:10]
    yield content[10:]


def _not_found() -> Response:
    problem = {"title": "Not Found", "status": 404, "detail": "There is no such import."}
    return JSONResponse(problem, 404, media_type="application/problem+json")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(world: World, port: int) -> Iterator[None]:
    """Answers on `port` within; then the port is closed and every connection with it."""
    config = uvicorn.Config(
        world.app(), port=port, log_level="error", lifespan="off", timeout_graceful_shutdown=1, ws="websockets-sansio"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
