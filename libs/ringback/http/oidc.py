"""Tokens of an OpenID provider, where one is set: its keys come from the one address in our settings."""

import asyncio
import time

import httpx2
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from ringback.http.tokens import Caller, ClaimNames, InvalidToken, header, named_caller, valid_claims
from ringback.runtime.settings import HttpSettings

log = structlog.get_logger()

#: Public keys only: a shared secret of the provider's could sign for anyone who verifies.
ALGORITHMS = ("RS256", "ES256")
#: Keys are asked for anew after so long even if all are known, so that a withdrawn one ends.
OLDEST_SECONDS = 3600
TIMEOUT = httpx2.Timeout(5)


class ProviderAway(Exception):
    """Its keys cannot be had now, so the token can be neither believed nor refused."""


class Provider:
    """Holds the provider's keys. An unknown `kid` makes it look again, at most every `oidc_refresh_seconds`.

    While the provider is away, tokens of known keys go on.
    """

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings
        self._keys: dict[str, Key] = {}
        self._asked, self._answered = -float("inf"), -float("inf")
        self._asking = asyncio.Lock()

    async def verify(self, token: str) -> Caller:
        """The caller of a token; raises InvalidToken or ProviderAway."""
        named = header(token)
        if named.get("alg") not in ALGORITHMS:
            raise InvalidToken("the token's algorithm is not accepted")
        key, settings = await self._key(named.get("kid")), self._settings
        claims = valid_claims(token, key, ALGORITHMS, settings.oidc_issuer, settings.oidc_audience)
        return named_caller(claims, ClaimNames(settings.oidc_tenant_claim, settings.oidc_role_claim))

    async def _key(self, kid: object) -> Key:
        if not isinstance(kid, str):
            raise InvalidToken("the token names no key")
        if kid not in self._keys or time.monotonic() - self._answered > OLDEST_SECONDS:
            await self._look_again()
        if kid in self._keys:
            return self._keys[kid]
        if self._answered < self._asked:
            raise ProviderAway
        raise InvalidToken("the token names no key of the provider's")

    async def _look_again(self) -> None:
        """One at a time; who waited meanwhile finds that it was done just now."""
        async with self._asking:
            now = time.monotonic()
            if now - self._asked < self._settings.oidc_refresh_seconds:
                return
            self._asked = now
            try:
                self._keys = await self._fetch()
                self._answered = time.monotonic()
            except (httpx2.HTTPError, JoseError, ValueError, TypeError, KeyError) as error:
                log.warning("oidc_keys_away", error=repr(error))

    async def _fetch(self) -> dict[str, Key]:
        async with httpx2.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
            answer = await client.get(self._settings.oidc_jwks_url)
            answer.raise_for_status()
        found = KeySet.import_key_set(answer.json())
        return {key.kid: key for key in found if key.kid and key.key_type in ("RSA", "EC") and key.alg in _FITTING}


#: A key may name no algorithm.
_FITTING = (None, *ALGORITHMS)
