"""The token (JWT) that names a tenant and a role; apart from `auth`, since a client signs too and has no FastAPI."""

import time
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, cast, get_args

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeyFlexible, OctKey
from joserfc.jws import extract_compact
from joserfc.jwt import JWTClaimsRegistry

from ringback.http.keys import ALGORITHM, Keyring, SigningKey

Role = Literal["viewer", "member", "admin", "owner", "operator"]
ROLES = get_args(Role)
#: The platform's own role: its token has no tenant, each request names the one it acts for.
OPERATOR = "operator"
#: Whom the audit log names where an operator does what is for no tenant; so no tenant may have this name.
PLATFORM = "*"
ISSUER = AUDIENCE = "ringback"
LONGEST_TENANT = 100


class Caller(NamedTuple):
    """Whom a valid token names. `expires` is in seconds of POSIX.

    An operator's tenant is empty until its request has named one. `import_id` makes it a progress token: good for
    that import's progress and for nothing else.
    """

    tenant: str
    role: Role
    subject: str
    expires: float
    import_id: str | None = None


class InvalidToken(ValueError):
    """The token is not ours, was altered, has expired or lacks a claim."""


class ClaimNames(NamedTuple):
    """Where a token's claims say what we need to know; an issuer elsewhere may have other names for it."""

    tenant: str = "tenant"
    role: str = "role"


def sign(
    key: SigningKey,
    *,
    role: str,
    tenant: str = "",
    subject: str = "cli",
    hours: float = 720,
    import_id: str | None = None,
) -> str:
    """A token for `tenant`; raises ValueError where the role is none, or a tenant is missing or too much."""
    if role not in ROLES:
        raise ValueError(f"a token needs a role of {', '.join(ROLES)}")
    if (role == OPERATOR) == bool(tenant):
        raise ValueError("a token needs a tenant, but an operator's has none: it names one with each request")
    now = time.time()
    claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "role": role}
    claims |= {"tenant": tenant} if tenant else {}
    claims |= {"import": import_id} if import_id is not None else {}
    claims |= {"iat": int(now), "exp": int(now + hours * 3600)}
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, _oct(key), algorithms=[ALGORITHM])


def verify(keys: Keyring, token: str) -> Caller:
    """The caller of a token that we signed, or InvalidToken."""
    key = keys.find(header(token).get("kid"))
    if key is None:
        raise InvalidToken("the token names no key of ours")
    claims = valid_claims(token, _oct(key), (ALGORITHM,), ISSUER, AUDIENCE)
    import_id = claims.get("import")
    if not isinstance(import_id, str | None):
        raise InvalidToken("the token is for no import that could be")
    return named_caller(claims, ClaimNames())._replace(import_id=import_id)


def header(token: str) -> Mapping[str, Any]:
    """What a token says of itself before anything of it is believed: only to find the key to try."""
    try:
        return extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise InvalidToken("the token is none") from error


def valid_claims(token: str, key: KeyFlexible, algorithms: tuple[str, ...], issuer: str, audience: str) -> Any:
    """The claims of a token that is genuine, ours and has not expired.

    Only `algorithms` are accepted, whatever its header says; `jku`, `jwk` and `x5u` there are never looked at.
    """
    try:
        claims = jwt.decode(token, key, algorithms=algorithms).claims
        JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        ).validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise InvalidToken("the token is not valid") from error
    return claims


def named_caller(claims: Mapping[str, Any], names: ClaimNames) -> Caller:
    """Whom valid claims name, or InvalidToken: a role that we know, and a tenant just where it needs one."""
    tenant, role, subject = claims.get(names.tenant, ""), claims.get(names.role), claims.get("sub")
    if role not in ROLES or not isinstance(tenant, str) or len(tenant) > LONGEST_TENANT:
        raise InvalidToken("the token names no tenant or role")
    if (role == OPERATOR) == bool(tenant) or tenant == PLATFORM:
        raise InvalidToken("an operator's token has no tenant, and every other one has")
    who = Caller(tenant, cast(Role, role), str(subject or ""), float(claims["exp"]))
    if not _storable(who.tenant + who.subject):
        raise InvalidToken("the token has a character that cannot be stored")
    return who


def _oct(key: SigningKey) -> OctKey:
    return OctKey.import_key(key.secret)


def _storable(text: str) -> bool:
    """Both are written to tables, which hold neither U+0000 nor half of a surrogate pair."""
    return not any(each == "\0" or "\ud800" <= each <= "\udfff" for each in text)
