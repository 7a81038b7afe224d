"""Where the server is and who we are there: the environment's word, else the stack's on this machine."""

import os
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from cli.keys import local_token
from cli.stack import local_url
from cli.trouble import Trouble

DEMO_TENANT = "demo"


class Connection(NamedTuple):
    """`url` without a slash at its end."""

    url: str
    token: str

    @property
    def socket_url(self) -> str:
        return "ws" + self.url.removeprefix("http")

    @property
    def is_loopback(self) -> bool:
        """Then no proxy of the environment is asked: it could not reach our own machine."""
        return urlsplit(self.url).hostname in {"localhost", "127.0.0.1", "::1"}


def connection(state: Path, tenant: str = DEMO_TENANT, role: str = "owner") -> Connection:
    """Raises Trouble, saying what to do, where neither the environment nor a stack tells.

    `tenant` and `role` are of the token that is signed here where the environment has none.
    """
    url = os.environ.get("RINGBACK_URL") or local_url(state)
    if urlsplit(url).scheme not in {"http", "https"}:
        raise Trouble(f"RINGBACK_URL is {url!r}; it must begin with http:// or https://")
    token = os.environ.get("RINGBACK_TOKEN") or local_token(state, tenant, role)
    return Connection(url.rstrip("/"), token)
