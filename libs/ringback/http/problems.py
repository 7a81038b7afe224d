"""RFC 9457: every error that leaves an API is `application/problem+json`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class Problem(Exception):
    """An error that the caller is told of; `extra` are further members of the problem (RFC 9457 §3.2)."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail
        self.headers, self.extra = headers, extra

    def response(self) -> JSONResponse:
        """`type` is left at its default, `about:blank`: the title and the extra members tell problems apart."""
        body = {"title": self.title, "status": self.status, **self.extra}
        if self.detail is not None:
            body["detail"] = self.detail
        return JSONResponse(body, self.status, self.headers, media_type="application/problem+json")


_PROBLEM = {
    "type": "object",
    "required": ["title", "status"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "description": "Fields that are not valid.", "items": {"type": "object"}},
    },
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """FastAPI's `responses` for the problems that a route may answer with."""
    content = {"application/problem+json": {"schema": _PROBLEM}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


#: Of every route: a malformed cursor, no token, one that is not enough, a bad parameter, a database that is away.
ANYWHERE = documented(400, 401, 403, 422, 503)


def install(app: FastAPI) -> None:
    """All errors of `app` become problems, its unknown paths and methods too."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(500, _unexpected)


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    detail = error.detail if error.detail != phrase else None
    return Problem(error.status_code, phrase, detail, headers=error.headers).response()


async def _invalid(_: Request, error: Exception) -> Response:
    """The input itself is not repeated: it may be large, and it may be a secret."""
    assert isinstance(error, RequestValidationError)
    errors = [{"where": list(each["loc"]), "detail": each["msg"]} for each in error.errors()]
    return Problem(422, "The request is not valid", errors=errors).response()


async def _unexpected(_: Request, error: Exception) -> Response:
    """Nothing of the error is shown; the server raises it again and so logs it."""
    return Problem(500, "Internal Server Error").response()
