"""What an API answers while its database is away."""

import asyncpg
import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ringback.http.app import make_app
from ringback.runtime.settings import HttpSettings
from tests.signing import KEY_FILE


def wrapped(cause: Exception) -> DBAPIError:
    """As SQLAlchemy hands on an error of asyncpg."""
    told = Exception("told by the driver")
    told.__cause__ = cause
    return DBAPIError("SELECT 1", None, told)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ConnectionRefusedError(), 503),
        (TimeoutError(), 503),
        (asyncpg.CannotConnectNowError("starting up"), 503),
        (wrapped(asyncpg.AdminShutdownError("terminated")), 503),
        (wrapped(asyncpg.ConnectionDoesNotExistError("closed")), 503),
        (wrapped(asyncpg.LockNotAvailableError("a table is locked")), 503),
        (PoolTimeoutError("all connections wait"), 503),
        (wrapped(asyncpg.UndefinedTableError("a bug")), 500),
        (asyncpg.InvalidPasswordError("wrong settings"), 500),
        (PermissionError(), 500),
    ],
)
def test_an_outage_is_a_503_and_a_bug_is_not(error: Exception, status: int) -> None:
    app = make_app("test", None, HttpSettings(signing_keys=KEY_FILE))

    @app.get("/")
    async def fail() -> None:
        raise error

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert ("retry-after" in answer.headers) == (status == 503)
