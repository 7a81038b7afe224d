"""`python -m standalone.http`: every service's app in one process on one port, and whether all of them are ready."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route, Router
from starlette.types import Receive, Scope, Send

from ringback.http.health import Readiness
from ringback.http.server import run
from ringback.runtime import metrics
from ringback.runtime.process import begin
from ringback.runtime.settings import HttpSettings
from standalone.state import read_processes

APPS = (
    "services.ingest.api",
    "services.contacts.api",
    "services.conversations.api",
    "services.calls.api",
    "services.progress.gateway",
)
#: A process asks database and broker itself, for up to 4 seconds.
ASK_SECONDS = 4.5


class HttpProcess(HttpSettings):
    """`readyz` names every other process and where it answers: `name=url,name=url`; `state` is the stack's folder."""

    readyz: str = ""
    state: Path = Path(".ringback")

    def processes(self) -> dict[str, str]:
        """Name to address."""
        pairs = (each.strip().partition("=") for each in self.readyz.split(",") if each.strip())
        return {name: url for name, _, url in pairs}


class Apps:
    """An ASGI app that hands each request to the one of `apps` that has a route for it."""

    def __init__(self, apps: Iterable[FastAPI]) -> None:
        self.apps = list(apps)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._of(scope)(scope, receive, send)

    def _of(self, scope: Scope) -> FastAPI:
        """Where only the method differs, that app says so (405); where no path matches, the first says so (404)."""
        partial = None
        for app in self.apps:
            matches = [route.matches(dict(scope))[0] for route in app.router.routes]
            if Match.FULL in matches:
                return app
            if Match.PARTIAL in matches and partial is None:
                partial = app
        return partial or self.apps[0]

    @asynccontextmanager
    async def lifespan(self, _: Any) -> AsyncIterator[None]:
        """All of theirs: entered in order, left in reverse."""
        async with AsyncExitStack() as stack:
            for app in self.apps:
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    async def waiting(self) -> dict[str, str]:
        """Each app that is not ready, and why."""
        whys = await asyncio.gather(*(app.state.readiness.why_not() for app in self.apps))
        return {app.title: why for app, why in zip(self.apps, whys, strict=True) if why}

    async def ask(self) -> None:
        """Raises where any of them is not ready."""
        waiting = await self.waiting()
        if waiting:
            raise ConnectionError(str(waiting))


def create_app(apps: Apps, processes: dict[str, str]) -> Router:
    """The root: `/livez`, `/readyz`, and the apps for all else."""

    async def livez(_: Request) -> Response:
        return JSONResponse({"ready": True})

    async def readyz(_: Request) -> Response:
        """Asks all processes at once, each time: what was true a second ago may have died since."""
        waiting = await apps.waiting() | await _unready(processes)
        return JSONResponse({"ready": not waiting, "waiting_for": waiting}, 503 if waiting else 200)

    routes = [Route("/livez", livez), Route("/readyz", readyz)]
    return Router(routes, redirect_slashes=False, default=apps, lifespan=apps.lifespan)


async def _unready(processes: dict[str, str]) -> dict[str, str]:
    async with httpx2.AsyncClient(timeout=ASK_SECONDS, trust_env=False) as client:
        reasons = await asyncio.gather(*(_reason(client, url) for url in processes.values()))
    return {name: reason for name, reason in zip(processes, reasons, strict=True) if reason}


async def _reason(client: httpx2.AsyncClient, url: str) -> str | None:
    try:
        answer = await client.get(url)
    except httpx2.HTTPError as error:
        return type(error).__name__
    return None if answer.status_code == 200 else f"answers {answer.status_code}"


def restarts(state: Path) -> dict[tuple[str, ...], float]:
    """What the supervisor has written down of each process."""
    return {(each["name"],): each["restarts"] for each in read_processes(state)}


def main() -> None:
    """Each app reads its own settings."""
    begin("http")
    settings = HttpProcess.model_validate({})
    apps = Apps(import_module(each).create_app() for each in APPS)
    with metrics.RESTARTS.of(partial(restarts, settings.state)):
        run(create_app(apps, settings.processes()), settings, Readiness(ready=True, asks={"apps": apps.ask}))


if __name__ == "__main__":
    main()
