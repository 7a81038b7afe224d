"""Ports on loopback, below the range from which the system takes the local ends of connections.

Inside that range a client that keeps knocking at the port of a server just killed can be given that very port
as its own end, and then holds it.
"""

import random
import socket

LOWEST, HIGHEST = 15_000, 32_000


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: what lingers of closed connections is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free(but: set[int]) -> int:
    """A free port that is none of `but`."""
    for port in random.sample(range(LOWEST, HIGHEST), 200):
        if port not in but and is_free(port):
            return port
    raise OSError(f"no free port between {LOWEST} and {HIGHEST}")
