"""Wires the API: its settings, its database and its spool."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from ringback.http.app import make_app
from ringback.postgres import tenancy
from services.ingest.api import errors, imports, uploads
from services.ingest.settings import ApiSettings
from services.ingest.spool import Spool


def create_app(settings: ApiSettings | None = None) -> FastAPI:
    """The app; its settings are the environment's where none are given."""
    settings = settings or ApiSettings()
    engine = tenancy.engine(settings.ingest_api_dsn)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    app = make_app("ingest", lifespan, settings)
    app.state.engine = engine
    app.state.spool = Spool(settings.spool, settings.upload_limit)
    app.include_router(uploads.router)
    app.include_router(imports.router)
    app.include_router(errors.router)
    return app
