"""Who calls: a signed token names the tenant and the role, and nothing else in a request does, but for an operator.

    caller: Authenticated                           any role may
    caller: Annotated[Caller, Depends(require("admin", "owner"))]
    operator: PlatformOperator                      an operator alone, for what is no tenant's

An operator, the platform's own role, may do all that an owner may, for the tenant that it names in `Ringback-Tenant`;
each of its requests is in the audit log before anything is done.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

import structlog
from fastapi import Depends, Header
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from ringback.http import audit
from ringback.http.keys import Keyring
from ringback.http.oidc import Provider, ProviderAway
from ringback.http.problems import Problem
from ringback.http.tokens import LONGEST_TENANT, OPERATOR, PLATFORM, Caller, InvalidToken, Role, header, sign, verify
from ringback.runtime.settings import HttpSettings

__all__ = [
    "Authenticated",
    "Caller",
    "InvalidToken",
    "PlatformOperator",
    "ProviderAway",
    "Role",
    "Verifier",
    "bearer",
    "caller",
    "require",
    "sign",
]

TENANT_HEADER = "Ringback-Tenant"

_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="Names the tenant and the role.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
NamedTenant = Annotated[
    str | None, Header(alias=TENANT_HEADER, description="Whom an operator acts for; of anybody else it is not read.")
]


class Verifier:
    """Believes tokens of our own keys, and a provider's where one is set; it lies on `app.state.verifier`."""

    def __init__(self, settings: HttpSettings) -> None:
        self.keys = Keyring(settings.signing_keys)
        self._provider = Provider(settings) if settings.oidc_jwks_url else None

    async def caller(self, token: str) -> Caller:
        """Raises InvalidToken; ProviderAway where only the provider could tell."""
        if self._provider is None or header(token).get("alg") == "HS256":
            return verify(self.keys, token)
        return await self._provider.verify(token)


async def bearer(request: Request, credentials: Bearer) -> Caller:
    """Whom the token names, whatever it is good for."""
    if credentials is None:
        raise _unauthorized("A bearer token is needed")
    verifier: Verifier = request.app.state.verifier
    try:
        return await verifier.caller(credentials.credentials)
    except InvalidToken as error:
        raise _unauthorized("The token is not valid or has expired") from error
    except ProviderAway as error:
        detail = "Its keys cannot be had now; try again in a moment."
        raise Problem(503, "The identity provider is away", detail, headers={"Retry-After": "5"}) from error


async def caller(request: Request, who: Annotated[Caller, Depends(bearer)], tenant: NamedTenant = None) -> Caller:
    """The FastAPI dependency of every route that a progress token does not open."""
    if who.import_id is not None:
        raise Problem(403, "Forbidden", f"This token opens the progress of import {who.import_id} and nothing else.")
    if who.role == OPERATOR:
        who = who._replace(tenant=_named(tenant))
    structlog.contextvars.bind_contextvars(tenant=who.tenant)
    await audit.note(request, who)
    return who


Authenticated = Annotated[Caller, Depends(caller)]


def require(*roles: Role) -> Callable[[Caller], Awaitable[Caller]]:
    """A dependency that gives the Caller if its role is one of `roles` or an operator's, else answers 403."""

    async def permitted(who: Authenticated) -> Caller:
        if who.role != OPERATOR and who.role not in roles:
            raise Problem(403, "Forbidden", f"The role {who.role} may not do this; needed: {', '.join(roles)}")
        return who

    return permitted


async def platform_operator(request: Request, who: Annotated[Caller, Depends(bearer)]) -> Caller:
    """The FastAPI dependency of what is no tenant's, such as dead letters, which hold everybody's records."""
    if who.role != OPERATOR:
        raise Problem(403, "Forbidden", f"The role {who.role} may not do this; needed: {OPERATOR}")
    who = who._replace(tenant=PLATFORM)
    await audit.note(request, who)
    return who


PlatformOperator = Annotated[Caller, Depends(platform_operator)]


def _named(written: str | None) -> str:
    """In UTF-8; a header's bytes come as Latin-1, in which it would be another tenant, and nobody told."""
    try:
        tenant = (written or "").encode("latin-1").decode()
    except UnicodeError:
        tenant = ""
    if not tenant or len(tenant) > LONGEST_TENANT or tenant == PLATFORM:
        raise Problem(
            400, "No tenant is named", f"An operator names the tenant that it acts for in the header {TENANT_HEADER}."
        )
    return tenant


def _unauthorized(detail: str) -> Problem:
    return Problem(401, "Unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})
