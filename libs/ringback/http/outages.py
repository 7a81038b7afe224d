"""A database that is away is no fault of the API's: 503, and when to come again (faults 4 and 5)."""

import asyncpg
import structlog
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.requests import Request
from starlette.responses import Response

from ringback.http.problems import Problem
from ringback.postgres.errors import TRANSIENT

log = structlog.get_logger()


def install(app: FastAPI) -> None:
    """Of a lost connection or a full pool SQLAlchemy tells, of one that cannot be made asyncpg and the system."""
    for kind in (DBAPIError, PoolTimeoutError, asyncpg.PostgresError, ConnectionError, TimeoutError):
        app.add_exception_handler(kind, _answer)


async def _answer(_: Request, error: Exception) -> Response:
    """Raises what is no outage again, which makes it a 500."""
    cause = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig else error
    if not isinstance(cause, (*TRANSIENT, PoolTimeoutError)):
        raise error
    log.warning("database_away", error=repr(cause))
    return Problem(503, "The database is away", "Try again in a moment.", headers={"Retry-After": "1"}).response()
