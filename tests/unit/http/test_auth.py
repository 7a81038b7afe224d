"""A token alone says who calls, and only a good one does."""

import time
from collections.abc import Iterator

import pytest
from fastapi import Depends
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from ringback.http.app import make_app
from ringback.http.auth import Authenticated, Caller, InvalidToken, require, sign
from ringback.http.tokens import verify
from ringback.runtime.settings import HttpSettings
from tests.signing import KEY_FILE, KEYS, authorization

GOOD = {"iss": "ringback", "aud": "ringback", "sub": "x", "tenant": "acme", "role": "viewer"}
OTHER = b"another-secret-of-32-bytes-or-more!!"


def forged(header: dict[str, object] | None = None, key: bytes | None = None, **claims: object) -> str:
    """A token with chosen header and claims; a claim or part of the header that is None is left out."""
    named = {"alg": "HS256", "kid": KEYS.signing.kid} | (header or {})
    secret = OctKey.import_key(key or KEYS.signing.secret)
    claimed = {"exp": int(time.time()) + 60} | GOOD | claims
    return jwt.encode(_held(named), _held(claimed), secret)


def _held(named: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in named.items() if value is not None}


def test_a_signed_token_names_its_caller() -> None:
    who = verify(KEYS, sign(KEYS.signing, tenant="acme", role="admin", subject="ann", hours=1))
    assert who == Caller("acme", "admin", "ann", who.expires)
    assert 3590 < who.expires - time.time() <= 3600


def test_an_operators_token_has_no_tenant() -> None:
    assert verify(KEYS, sign(KEYS.signing, role="operator")).tenant == ""


@pytest.mark.parametrize(
    ("role", "tenant"), [("root", "acme"), ("", "acme"), ("Admin", "acme"), ("operator", "acme"), ("owner", "")]
)
def test_no_token_is_signed_for_an_unknown_role_or_a_tenant_too_many_or_few(role: str, tenant: str) -> None:
    with pytest.raises(ValueError):
        sign(KEYS.signing, tenant=tenant, role=role)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        forged(key=OTHER),
        forged({"kid": None}),
        forged({"kid": "another"}),
        forged(iss="else"),
        forged(iss=None),
        forged(aud="else"),
        forged(aud=None),
        forged(exp=None),
        forged(exp=int(time.time()) - 10),
        forged(exp="soon"),
        forged(tenant=None),
        forged(tenant=""),
        forged(tenant=7),
        forged(tenant="a\0b"),
        forged(sub="a\0b"),
        forged(tenant="t" * 101),
        forged(role="root"),
        forged(role=None),
        forged(role=["admin"]),
        forged(role="operator"),
        forged(**{"import": 7}),
    ],
)
def test_a_bad_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidToken):
        verify(KEYS, token)


def test_the_algorithm_of_the_header_is_not_believed() -> None:
    claims, kid = GOOD | {"exp": int(time.time()) + 60}, KEYS.signing.kid
    rs256 = jwt.encode({"alg": "RS256", "kid": kid}, claims, RSAKey.generate_key(2048))
    hs512 = jwt.encode({"alg": "HS512", "kid": kid}, claims, OctKey.import_key(KEYS.signing.secret), ["HS512"])
    unsigned = "eyJhbGciOiJub25lIn0." + forged().split(".")[1] + "."
    for token in (rs256, unsigned, hs512):
        with pytest.raises(InvalidToken):
            verify(KEYS, token)


def test_a_key_named_in_the_header_is_not_used() -> None:
    other = OctKey.import_key(OTHER).as_dict(private=True)
    header: dict[str, object] = {"jku": "https://example.invalid/keys", "jwk": other}
    with pytest.raises(InvalidToken):
        verify(KEYS, forged(header, key=OTHER))
    assert verify(KEYS, forged(header)).tenant == "acme"


@pytest.fixture
def client() -> Iterator[TestClient]:
    """An app without a database, with one route for all and one for those who may import for real."""
    app = make_app("test", None, HttpSettings(signing_keys=KEY_FILE))

    @app.get("/v1/me")
    async def me(who: Authenticated) -> list[str]:
        return [who.tenant, who.role, who.subject]

    @app.post("/v1/apply", dependencies=[Depends(require("admin", "owner"))])
    async def apply() -> str:
        return "done"

    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic eA=="}, {"Authorization": "Bearer x"}])
def test_without_a_good_token_it_is_a_401_problem(client: TestClient, header: dict[str, str]) -> None:
    answer = client.get("/v1/me", headers=header)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("member", 403), ("admin", 200), ("owner", 200)])
def test_a_role_opens_what_it_may(client: TestClient, role: str, status: int) -> None:
    assert client.get("/v1/me", headers=authorization("acme", role)).json() == ["acme", role, "cli"]
    assert client.post("/v1/apply", headers=authorization("acme", role)).status_code == status


def test_the_header_for_operators_moves_nobody_else(client: TestClient) -> None:
    answer = client.get("/v1/me", headers=authorization() | {"Ringback-Tenant": "other"})
    assert answer.json()[0] == "acme"


@pytest.mark.parametrize("tenant", ["", "t" * 101, None])
def test_an_operator_has_to_name_a_tenant(client: TestClient, tenant: str | None) -> None:
    named = {} if tenant is None else {"Ringback-Tenant": tenant}
    answer = client.get("/v1/me", headers=authorization("", "operator") | named)
    assert (answer.status_code, answer.json()["title"]) == (400, "No tenant is named")
    assert "Ringback-Tenant" in answer.json()["detail"]


def test_an_operator_is_refused_where_no_audit_log_is_kept(client: TestClient) -> None:
    answer = client.get("/v1/me", headers=authorization("", "operator") | {"Ringback-Tenant": "acme"})
    assert answer.status_code == 403


def test_a_progress_token_opens_no_other_route(client: TestClient) -> None:
    token = sign(KEYS.signing, tenant="acme", role="viewer", import_id="i1")
    answer = client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert "import i1" in answer.json()["detail"]
