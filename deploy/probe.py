"""`python -I -S deploy/probe.py`: a container's health check; 0 where the process in it answers that it is ready.

Nothing is imported that takes time: each of a dozen containers runs it every few seconds.
"""

import os
import socket
import sys


def main() -> int:
    """APIs and workers answer on one and the same port in a container; the image says which."""
    try:
        with socket.create_connection(("127.0.0.1", int(os.environ["RINGBACK_HEALTH_PORT"])), timeout=8) as asked:
            asked.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
            answer = b"".join(iter(lambda: asked.recv(4096), b""))
    except OSError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    sys.stdout.write(answer.decode(errors="replace"))
    return 0 if answer.split(b" ", 2)[1:2] == [b"200"] else 1


if __name__ == "__main__":
    sys.exit(main())
