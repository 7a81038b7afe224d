"""How the FastAPI app of a service is made: the same errors, tokens and health on each."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from ringback.http import outages, problems
from ringback.http.audit import AuditedAnswers
from ringback.http.auth import Verifier
from ringback.http.health import Readiness
from ringback.http.observed import Observed
from ringback.http.peers import peers
from ringback.postgres.tenancy import answers, engine
from ringback.runtime.settings import HttpSettings, PeerSettings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def make_app(title: str, lifespan: Lifespan | None, settings: HttpSettings) -> FastAPI:
    """The app of the service `title` ("ingest"); its routes are the caller's to add.

    Its OpenAPI document is at `/v1/openapi/<title>.json`, so that several apps can share a port. There are no pages for
    it: they would load foreign scripts beside a token. An app that is not ready once it has started sets
    `app.state.readiness.ready = False` until it is.
    """
    app = FastAPI(
        title=f"Ringback {title}",
        version="1",
        lifespan=lifespan,
        openapi_url=f"/v1/openapi/{title.lower()}.json",
        responses=problems.ANYWHERE,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.verifier = Verifier(settings)
    app.state.readiness = Readiness(ready=True)
    problems.install(app)
    outages.install(app)
    app.add_middleware(AuditedAnswers, served=app)
    app.add_middleware(Observed)
    app.add_api_route("/livez", _livez, include_in_schema=False)
    app.add_api_route("/readyz", _readyz, include_in_schema=False)
    return app


def with_database(title: str, api_dsn: str, settings: HttpSettings) -> FastAPI:
    """An app that only reads: while it runs, `app.state` has its `engine` and, by name, its `peers`."""
    urls = PeerSettings().urls()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.engine = engine(api_dsn)
        app.state.readiness.asks["database"] = partial(answers, app.state.engine)
        async with peers(urls) as app.state.peers:
            yield
        await app.state.engine.dispose()

    return make_app(title, lifespan, settings)


async def _livez() -> Response:
    return await Readiness(ready=True).response()


async def _readyz(request: Request) -> Response:
    readiness: Readiness = request.app.state.readiness
    return await readiness.response()
