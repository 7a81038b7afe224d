"""Tokens of an OpenID provider, whose keys are served here on loopback."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, RSAKey
from pydantic import ValidationError

from ringback.http.auth import InvalidToken, Verifier
from ringback.http.oidc import ProviderAway
from ringback.runtime.settings import HttpSettings
from tests.signing import KEY_FILE, token

ISSUER, AUDIENCE = "https://id.example", "crm"


class Provider:
    """Serves `keys`, counts how often it was asked, and answers 503 while it is `away`."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.asked, self.away = 0, False
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += 1
                body = json.dumps({"keys": [key.as_dict(private=False) for key in provider.keys]}).encode()
                self.send_response(503 if provider.away else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/jwks"


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    thread = threading.Thread(target=provider.server.serve_forever)
    thread.start()
    yield provider
    provider.server.shutdown()
    provider.server.server_close()
    thread.join()


def settings(provider: Provider, **more: Any) -> HttpSettings:
    named = {"oidc_jwks_url": provider.url, "oidc_issuer": ISSUER, "oidc_audience": AUDIENCE}
    return HttpSettings(
        **{"signing_keys": KEY_FILE, **named, "oidc_tenant_claim": "org", "oidc_role_claim": "crm_role", **more}
    )


def rsa(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid}, auto_kid=False)


def issued(key: Key, alg: str = "RS256", header: dict[str, Any] | None = None, **claims: Any) -> str:
    named = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "org": "acme", "crm_role": "admin"}
    return jwt.encode(
        {"alg": alg, "kid": key.kid, **(header or {})}, named | {"exp": int(time.time()) + 60} | claims, key, [alg]
    )


async def test_both_kinds_of_keys_are_believed_and_our_own_tokens_beside(provider: Provider) -> None:
    elliptic = ECKey.generate_key("P-256", {"kid": "e"}, auto_kid=False)
    provider.keys = [rsa("r"), elliptic]
    verifier = Verifier(settings(provider))
    for good in (issued(provider.keys[0]), issued(elliptic, "ES256")):
        who = await verifier.caller(good)
        assert (who.tenant, who.role, who.subject) == ("acme", "admin", "ann")
    assert (await verifier.caller(token("acme", "viewer"))).role == "viewer"
    assert provider.asked == 1


async def test_an_operator_may_come_from_the_provider(provider: Provider) -> None:
    provider.keys = [rsa("r")]
    who = await Verifier(settings(provider)).caller(issued(provider.keys[0], crm_role="operator", org=""))
    assert (who.role, who.tenant) == ("operator", "")


async def test_a_token_that_is_not_for_us_is_refused(provider: Provider) -> None:
    key, other = rsa("r"), rsa("r")
    provider.keys = [key]
    verifier = Verifier(settings(provider))
    shared = OctKey.import_key(json.dumps(key.as_dict(private=False)), {"kid": "r"})
    bad = [
        issued(other),
        issued(other, header={"jwk": other.as_dict(private=False), "jku": "http://127.0.0.1:9/"}),
        issued(key, "RS512"),
        issued(shared, "HS256"),
        issued(key, iss="else"),
        issued(key, aud="else"),
        issued(key, exp=int(time.time()) - 10),
        issued(key, org=None),
        issued(key, crm_role="root"),
        issued(key, **{"import": "i1"}, crm_role="none"),
    ]
    for each in bad:
        with pytest.raises(InvalidToken):
            await verifier.caller(each)


@pytest.mark.parametrize(("refresh", "asked"), [(1000, 1), (0, 2)])
async def test_an_unknown_key_is_asked_for_no_more_often_than_set(
    provider: Provider, refresh: float, asked: int
) -> None:
    provider.keys = [rsa("one")]
    verifier = Verifier(settings(provider, oidc_refresh_seconds=refresh))
    await verifier.caller(issued(provider.keys[0]))
    provider.keys.append(rsa("two"))
    for _ in range(3):
        try:
            found = (await verifier.caller(issued(provider.keys[1]))).tenant == "acme"
        except InvalidToken:
            found = False
    assert (found, provider.asked) == (asked == 2, asked)


_ONCE: list[RSAKey] = []


def rsa_once() -> RSAKey:
    """Making one takes a tenth of a second."""
    _ONCE.extend([] if _ONCE else [rsa("made up")])
    return _ONCE[0]


async def test_while_the_provider_is_away_known_keys_go_on_and_others_wait(provider: Provider) -> None:
    provider.keys = [rsa("one")]
    verifier = Verifier(settings(provider, oidc_refresh_seconds=0))
    await verifier.caller(issued(provider.keys[0]))
    provider.away = True
    with pytest.raises(ProviderAway):
        await verifier.caller(issued(rsa_once()))
    assert (await verifier.caller(issued(provider.keys[0]))).tenant == "acme"


def test_an_address_alone_is_no_setting(provider: Provider) -> None:
    with pytest.raises(ValidationError, match="RINGBACK_OIDC_ISSUER"):
        settings(provider, oidc_issuer="")
