"""How many exports there may be at once, so that nobody's keep others from theirs, or requests from the database."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from ringback.http.problems import Problem

#: Of one tenant, until each is downloaded; of all, of which so many are read from the database at once: each takes one
#: of the API's 20 connections meanwhile, which is some 10 s for 200,000 contacts.
OF_A_TENANT, AT_ONCE, READING = 2, 32, 4
RETRY_SECONDS = 5


class Turns:
    """Of one app."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._reading = 0

    @contextmanager
    def opened(self, tenant: str) -> Iterator[None]:
        """For as long as somebody downloads."""
        if self._open[tenant] >= OF_A_TENANT:
            raise _later(429, f"{OF_A_TENANT} exports of yours are not done yet; a tenant has no more at once.")
        if self._open.total() >= AT_ONCE:
            raise _later(503, f"{AT_ONCE} exports are under way already, which is as many as there are at once.")
        self._open[tenant] += 1
        try:
            yield
        finally:
            self._open[tenant] -= 1
            if not self._open[tenant]:
                del self._open[tenant]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """For as long as the database is read."""
        if self._reading >= READING:
            raise _later(503, f"{READING} exports are being read already, which is as many as there are at once.")
        self._reading += 1
        try:
            yield
        finally:
            self._reading -= 1


def _later(status: int, why: str) -> Problem:
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return Problem(status, "Too many exports", f"{why} Try again in a moment.", headers=headers)
