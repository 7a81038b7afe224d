"""`/v1/progress`: an import's snapshot, and two ways to see every change: a websocket, and server-sent events."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from ringback.http.app import make_app
from ringback.http.auth import Caller, bearer
from ringback.http.problems import Problem, documented
from services.progress import events, sockets
from services.progress.settings import GatewaySettings
from services.progress.snapshots import Message, Snapshots
from services.progress.tail import Tail
from services.progress.views import Progress
from services.progress.watching import watched

log = structlog.get_logger()

router = APIRouter(prefix="/v1/progress", tags=["progress"])
router.add_api_websocket_route("/ws", sockets.watch)
router.get("/events", response_class=Response, responses={200: events.DESCRIBED})(events.follow)


@router.get("/{import_id}", response_model=Progress, responses=documented(404))
async def read(import_id: str, who: Annotated[Caller, Depends(bearer)], request: Request) -> Response:
    """The newest snapshot; 404 also for another tenant's import."""
    message: Message | None = request.app.state.snapshots.message(who.tenant, watched(who, import_id))
    if message is not None:
        return Response(message.body, media_type="application/json")
    if not request.app.state.readiness.ready:
        raise Problem(503, "Progress is not known yet", headers={"Retry-After": "1"})
    raise Problem(404, "Not Found", "There is no such import")


def create_app(settings: GatewaySettings | None = None) -> FastAPI:
    """Any number of these may run; each follows the whole topic."""
    settings = settings or GatewaySettings.model_validate({})
    app = make_app("progress", _lifespan, settings)
    app.state.settings, app.state.snapshots = settings, Snapshots()
    app.state.readiness.ready, app.state.readiness.why = False, "reading progress.v1"
    app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    tailing = asyncio.create_task(Tail(app.state.settings, app.state.snapshots, app.state.readiness).run())
    tailing.add_done_callback(_ended)
    yield
    tailing.cancel()
    await asyncio.wait([tailing])


def _ended(tailing: asyncio.Task[None]) -> None:
    """A surprise in the background ends the process, as one in the foreground would."""
    if not tailing.cancelled():
        log.critical("tail_ended", exc_info=tailing.exception())
        os.kill(os.getpid(), signal.SIGTERM)
