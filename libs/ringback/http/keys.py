"""The keys that sign our tokens: a JWKS file of oct keys, of which the first signs and all verify.

Whoever rotates writes the file anew; a process that is running sees it at the next token, without a restart.
"""

import fcntl
import os
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec
import structlog

log = structlog.get_logger()

#: The only one that our own tokens are signed by and accepted with.
ALGORITHM = "HS256"
KEY_BYTES = 32


class BadKeys(ValueError):
    """The file cannot be used; its text says why, and how to mend it."""


class SigningKey(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A JWK (RFC 7517). `iat` and `exp` are when it came and until when it verifies, in seconds of POSIX."""

    kty: Literal["oct"]
    kid: str
    k: str
    alg: Literal["HS256"] | None = None
    use: Literal["sig"] | None = None
    iat: int | None = None
    exp: int | None = None

    def __post_init__(self) -> None:
        if not self.kid or len(self.secret) < KEY_BYTES:
            raise ValueError(f"a key needs a `kid` and a `k` of {KEY_BYTES} bytes or more")

    @property
    def secret(self) -> bytes:
        """What signs."""
        return urlsafe_b64decode(self.k + "=" * (-len(self.k) % 4))

    def verifies(self, now: float) -> bool:
        """Until it was retired."""
        return self.exp is None or now < self.exp


class KeySet(msgspec.Struct):
    """The file's content."""

    keys: list[SigningKey]


class Keyring:
    """The file as it stands: asked for its stamp each time, which is cheap, and read only where that has changed.

    So a rotated key is known at once, and a token with a made-up `kid` costs its sender no read of ours. A file that
    is gone or cannot be read leaves the keys as they were.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = _stamp(path)
        self._keys = read(path)

    @property
    def signing(self) -> SigningKey:
        """The key for new tokens."""
        self._look()
        return self._keys[0]

    def find(self, kid: object) -> SigningKey | None:
        """The key of a token's header, unless it is unknown or retired."""
        self._look()
        return next((key for key in self._keys if key.kid == kid and key.verifies(time.time())), None)

    def _look(self) -> None:
        stamp = _stamp(self._path)
        if stamp is None or stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._keys = read(self._path)
        except BadKeys as error:
            log.warning("signing_keys_unreadable", error=str(error))


def read(path: Path) -> list[SigningKey]:
    """All keys of the file, the signing one first; raises BadKeys."""
    try:
        keys = msgspec.json.decode(path.read_bytes(), type=KeySet).keys
    except FileNotFoundError:
        raise BadKeys(f"{path} is missing: `ringback keys rotate --keys {path}` makes it") from None
    except (OSError, ValueError) as error:
        raise BadKeys(f"{path} is no JWKS of oct keys that can be read: {error}") from None
    if not keys or len({key.kid for key in keys}) < len(keys):
        raise BadKeys(f"{path} needs at least one key, each with a `kid` of its own")
    return keys


def rotate(path: Path, retire_after_s: float) -> list[SigningKey]:
    """Puts a new signing key first, makes the file where there is none, and gives the keys that stand in it now.

    Those before verify for so long still, unless they were to go earlier; what is retired already is dropped.
    """
    with _alone(path):
        now = int(time.time())
        until = now + int(retire_after_s)
        former = read(path) if path.exists() else []
        for key in former:
            key.exp = min(key.exp or until, until)
        keys = [_generated(now), *(key for key in former if key.verifies(now))]
        aside = path.with_name(f".{path.name}.new")
        aside.unlink(missing_ok=True)
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(KeySet(keys)), indent=1))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    return keys


def _generated(now: int) -> SigningKey:
    secret = urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip("=")
    return SigningKey(kty="oct", kid=secrets.token_hex(8), k=secret, alg="HS256", use="sig", iat=now)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Of two rotations at once, one waits: else one's new key would be lost with the tokens it has signed."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Changes whenever the file is written or replaced; None while it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
