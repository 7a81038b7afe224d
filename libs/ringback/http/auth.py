"""Who calls: a signed token names the tenant and the role, and nothing else in a request does."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from ringback.http.problems import Problem
from ringback.http.tokens import Caller, InvalidToken, Role, sign, verify

__all__ = ["Authenticated", "Caller", "InvalidToken", "Role", "caller", "require", "sign", "verify"]

_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="Names the tenant and the role.")


async def caller(request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Caller:
    """The FastAPI dependency; the secret lies on `app.state.secret`."""
    if bearer is None:
        raise _unauthorized("A bearer token is needed")
    try:
        return verify(request.app.state.secret, bearer.credentials)
    except InvalidToken as error:
        raise _unauthorized("The token is not valid or has expired") from error


Authenticated = Annotated[Caller, Depends(caller)]


def require(*roles: Role) -> Callable[[Caller], Awaitable[Caller]]:
    """A dependency that gives the Caller if its role is one of `roles`, else answers 403."""

    async def permitted(who: Authenticated) -> Caller:
        if who.role not in roles:
            raise Problem(403, "Forbidden", f"The role {who.role} may not do this; needed: {', '.join(roles)}")
        return who

    return permitted


def _unauthorized(detail: str) -> Problem:
    return Problem(401, "Unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})
