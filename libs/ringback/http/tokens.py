"""The token (JWT) that names a tenant and a role; apart from `auth`, since a client signs too and has no FastAPI."""

import time
from typing import Any, Literal, NamedTuple, cast, get_args

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jwt import JWTClaimsRegistry

Role = Literal["viewer", "member", "admin", "owner"]
ROLES = get_args(Role)
ISSUER = AUDIENCE = "ringback"
#: The only one accepted, whatever a token's header says; `jku`, `jwk` and `x5u` in it are never looked at.
ALGORITHM = "HS256"


class Caller(NamedTuple):
    """Whom a valid token names."""

    tenant: str
    role: Role
    subject: str


class InvalidToken(ValueError):
    """The token is not ours, was altered, has expired or lacks a claim."""


def sign(secret: str, *, tenant: str, role: str, subject: str = "cli", hours: float = 720) -> str:
    """A token for `tenant`; raises ValueError where the role is none."""
    if role not in ROLES or not tenant:
        raise ValueError(f"a token needs a tenant and a role of {', '.join(ROLES)}")
    now = time.time()
    claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "tenant": tenant, "role": role}
    claims |= {"iat": int(now), "exp": int(now + hours * 3600)}
    return jwt.encode({"alg": ALGORITHM}, claims, OctKey.import_key(secret), algorithms=[ALGORITHM])


def verify(secret: str, token: str) -> Caller:
    """The caller of a token, or InvalidToken; the reason stays here, as it helps only who forges one."""
    try:
        claims = jwt.decode(token, OctKey.import_key(secret), algorithms=[ALGORITHM]).claims
        JWTClaimsRegistry(
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
        ).validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise InvalidToken("the token is not valid") from error
    tenant, role, subject = claims.get("tenant"), claims.get("role"), claims.get("sub")
    if not isinstance(tenant, str) or not 0 < len(tenant) <= 100 or role not in ROLES:
        raise InvalidToken("the token names no tenant or role")
    who = Caller(tenant, cast(Role, role), str(subject or ""))
    if not _storable(who.tenant + who.subject):
        raise InvalidToken("the token has a character that cannot be stored")
    return who


def _storable(text: str) -> bool:
    """Both are written to tables, which hold neither U+0000 nor half of a surrogate pair."""
    return not any(each == "\0" or "\ud800" <= each <= "\udfff" for each in text)
