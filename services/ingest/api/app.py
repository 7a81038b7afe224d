"""Wires the API: its settings, its database and its spool."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from ringback.http.app import make_app
from ringback.http.peers import peers
from ringback.http.problems import Problem
from ringback.outbound import Outbound
from ringback.postgres import tenancy
from ringback.runtime.settings import PeerSettings
from services.ingest.adviser import Adviser
from services.ingest.api import (
    apply,
    bulk,
    control,
    dead_letters,
    errors,
    errors_file,
    history,
    imports,
    log_entries,
    mapping,
    page,
    presigned,
    progress_tokens,
    retry,
    templates,
    undo,
    uploads,
)
from services.ingest.api.settings import router as settings_router
from services.ingest.settings import ApiSettings
from services.ingest.spool import SpoolAway, make_spool

log = structlog.get_logger()


def create_app(settings: ApiSettings | None = None) -> FastAPI:
    """The app; its settings are the environment's where none are given."""
    settings = settings or ApiSettings()
    engine = tenancy.engine(settings.ingest_api_dsn)
    spool = make_spool(settings)
    outbound = Outbound(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await spool.start()
        async with peers(PeerSettings().urls()) as app.state.peers:
            yield
        outbound.close()
        await spool.stop()
        await engine.dispose()

    app = make_app("ingest", lifespan, settings)
    app.state.engine = engine
    app.state.readiness.asks["database"] = partial(tenancy.answers, engine)
    app.state.spool = spool
    app.state.outbound = outbound
    app.state.settings = settings
    app.state.adviser = Adviser(settings) if settings.mapping_model_url else None
    app.add_exception_handler(SpoolAway, _spool_away)
    app.include_router(uploads.router)
    app.include_router(bulk.router)
    app.include_router(presigned.router)
    app.include_router(history.router)
    app.include_router(imports.router)
    app.include_router(page.router)
    app.include_router(mapping.router)
    app.include_router(templates.router)
    app.include_router(apply.router)
    app.include_router(retry.router)
    app.include_router(control.router)
    app.include_router(undo.router)
    app.include_router(errors.router)
    app.include_router(errors_file.router)
    app.include_router(log_entries.router)
    app.include_router(progress_tokens.router)
    app.include_router(settings_router)
    app.include_router(dead_letters.router)
    return app


async def _spool_away(_: Request, error: Exception) -> Response:
    log.warning("spool_away", error=str(error))
    return Problem(503, "The spool is away", "Try again in a moment.", headers={"Retry-After": "1"}).response()
