"""A token alone says who calls, and only a good one does."""

import time
from collections.abc import Iterator

import pytest
from fastapi import Depends
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from ringback.http.app import make_app
from ringback.http.auth import Authenticated, Caller, InvalidToken, require, sign, verify

SECRET = "a-secret-for-tests-of-32-bytes-or-more"
GOOD = {"iss": "ringback", "aud": "ringback", "sub": "x", "tenant": "acme", "role": "viewer"}


def forged(header: dict[str, object] | None = None, key: str = SECRET, **claims: object) -> str:
    """A token with chosen header and claims; a claim of None is left out."""
    merged = {"exp": int(time.time()) + 60} | GOOD | claims
    held = {name: value for name, value in merged.items() if value is not None}
    return jwt.encode({"alg": "HS256"} | (header or {}), held, OctKey.import_key(key))


def test_a_signed_token_names_its_caller() -> None:
    token = sign(SECRET, tenant="acme", role="admin", subject="ann")
    assert verify(SECRET, token) == Caller("acme", "admin", "ann")


@pytest.mark.parametrize("role", ["root", "", "Admin"])
def test_no_token_is_signed_for_an_unknown_role(role: str) -> None:
    with pytest.raises(ValueError):
        sign(SECRET, tenant="acme", role=role)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        forged(key="another-secret-of-32-bytes-or-more!!"),
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
    ],
)
def test_a_bad_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidToken):
        verify(SECRET, token)


def test_the_algorithm_of_the_header_is_not_believed() -> None:
    claims = GOOD | {"exp": int(time.time()) + 60}
    key = RSAKey.generate_key(2048)
    rs256 = jwt.encode({"alg": "RS256"}, claims, key)
    unsigned = "eyJhbGciOiJub25lIn0." + sign(SECRET, tenant="acme", role="owner").split(".")[1] + "."
    hs512 = jwt.encode({"alg": "HS512"}, claims, OctKey.import_key(SECRET), algorithms=["HS512"])
    for token in (rs256, unsigned, hs512):
        with pytest.raises(InvalidToken):
            verify(SECRET, token)


def test_a_key_named_in_the_header_is_not_used() -> None:
    other = OctKey.import_key("another-secret-of-32-bytes-or-more!!")
    header = {"jku": "https://example.invalid/keys", "jwk": other.as_dict(private=True)}
    with pytest.raises(InvalidToken):
        verify(SECRET, forged(header, key="another-secret-of-32-bytes-or-more!!"))
    assert verify(SECRET, forged(header)).tenant == "acme"


@pytest.fixture
def client() -> Iterator[TestClient]:
    """An app with one route for all and one for those who may import for real."""
    app = make_app("test", None, SECRET)

    @app.get("/v1/me")
    async def me(who: Authenticated) -> list[str]:
        return list(who)

    @app.post("/v1/apply", dependencies=[Depends(require("admin", "owner"))])
    async def apply() -> str:
        return "done"

    with TestClient(app) as client:
        yield client


def bearer(role: str) -> dict[str, str]:
    return {"Authorization": "Bearer " + sign(SECRET, tenant="acme", role=role)}


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic eA=="}, {"Authorization": "Bearer x"}])
def test_without_a_good_token_it_is_a_401_problem(client: TestClient, header: dict[str, str]) -> None:
    answer = client.get("/v1/me", headers=header)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("member", 403), ("admin", 200), ("owner", 200)])
def test_a_role_opens_what_it_may(client: TestClient, role: str, status: int) -> None:
    assert client.get("/v1/me", headers=bearer(role)).json() == ["acme", role, "cli"]
    assert client.post("/v1/apply", headers=bearer(role)).status_code == status
