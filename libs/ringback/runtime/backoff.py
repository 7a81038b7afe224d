"""How long to wait for infrastructure that is away."""

from collections.abc import Iterator
from itertools import chain, repeat

#: Seconds: quick at first, so that a restart is hardly felt, then calm.
WAITS = (0.05, 0.1, 0.2, 0.5, 1.0)


def backoff() -> Iterator[float]:
    """Seconds to wait before each further try, without end."""
    return chain(WAITS, repeat(2.0))
