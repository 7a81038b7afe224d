"""The websocket of an import's progress, joined again however often it breaks."""

import time
from collections.abc import Iterator

import msgspec
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from cli.connection import Connection
from cli.progress import Picture, of_snapshot

SUBPROTOCOL = Subprotocol("ringback.v1")
#: So long may the socket be silent before the caller is given a turn to ask the API.
SILENCE_S = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0


def pictures(connection: Connection, import_id: str) -> Iterator[Picture | None]:
    """Without end. None when nothing was heard, a second long or for want of a connection: then one asks elsewhere."""
    pause = FIRST_PAUSE
    while True:
        try:
            with _joined(connection, import_id) as socket:
                for picture in _heard(socket):
                    pause = FIRST_PAUSE
                    yield picture
        except (OSError, WebSocketException):
            # Refused, reset, closed, or the handshake answered an error: a server that restarts does all of them.
            yield None
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _joined(connection: Connection, import_id: str) -> ClientConnection:
    """The token goes in the subprotocol list: a query would end up in logs."""
    return connect(
        f"{connection.socket_url}/v1/progress/ws?import={import_id}",
        subprotocols=[SUBPROTOCOL, Subprotocol(f"bearer.{connection.token}")],
        open_timeout=5,
        close_timeout=1,
        proxy=None if connection.is_loopback else True,
    )


def _heard(socket: ClientConnection) -> Iterator[Picture | None]:
    while True:
        try:
            yield of_snapshot(socket.recv(timeout=SILENCE_S))
        except TimeoutError:
            yield None
        except msgspec.DecodeError:
            # A newer server's message that is no snapshot.
            continue
