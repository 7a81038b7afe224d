"""Signing keys and tokens for tests of apps that no stack started."""

import tempfile
from pathlib import Path
from typing import Any

from ringback.http import keys
from ringback.http.keys import Keyring
from ringback.http.tokens import sign

_folder = tempfile.TemporaryDirectory(prefix="ringback-keys-")
#: One file for all of a run's tests; whoever rotates takes one of its own.
KEY_FILE = Path(_folder.name) / "signing-keys.json"
keys.rotate(KEY_FILE, retire_after_s=0)
KEYS = Keyring(KEY_FILE)


def token(tenant: str = "acme", role: str = "viewer", *, hours: float = 1, import_id: str | None = None) -> str:
    """An operator's has no tenant: `tenant=""`; one with an `import_id` is a progress token."""
    return sign(KEYS.signing, tenant=tenant, role=role, hours=hours, import_id=import_id)


def authorization(tenant: str = "acme", role: str = "viewer", **more: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(tenant, role, **more)}"}
