"""Following an import to its end: the socket draws it, the API says when it is over."""

import time
from collections.abc import Callable

from cli.answers import Import
from cli.feed import pictures
from cli.progress import Picture, later, of_import
from cli.server import Server

#: The API is asked at least so often: the socket's aggregator may be the one that is down.
ASK_EVERY_S = 1.0

Show = Callable[[Picture], None]


def follow(server: Server, started: Import, show: Show) -> Import:
    """The import as the API tells it once it has ended. Raises Trouble when the server stays away."""
    shown, asked = of_import(started), time.monotonic()
    for told in pictures(server.connection, started.id):
        if told is not None:
            shown = later(shown, told)
            show(shown)
        if told is None or told.ended or time.monotonic() - asked > ASK_EVERY_S:
            state, asked = server.find(started.id), time.monotonic()
            shown = later(shown, of_import(state)) if told is None or state.ended else shown
            show(shown)
            if state.ended:
                return state
    raise AssertionError("the feed has no end")
