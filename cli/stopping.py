"""`ringback pause`, `resume` and `cancel`: an import is stopped, for now or where it stands."""

import msgspec

from cli.answers import Import
from cli.connection import connection
from cli.listing import WAIT, ImportId
from cli.screen import say
from cli.server import Server, of
from cli.stack import DEFAULT_STATE, StateFolder


def pause(import_id: ImportId, state: StateFolder = DEFAULT_STATE) -> None:
    """Let an import write what is on its way, and then nothing until it is resumed."""
    it = _asked(import_id, "pause", state)
    say(f"import {it.id} is {it.status}: `ringback resume {it.id}` lets it go on, through restarts too")


def resume(import_id: ImportId, state: StateFolder = DEFAULT_STATE) -> None:
    """Let a paused import go on behind the last row that it wrote."""
    it = _asked(import_id, "resume", state)
    say(f"import {it.id} is {it.status}")


def cancel(import_id: ImportId, state: StateFolder = DEFAULT_STATE) -> None:
    """End an import where it stands; what it wrote stays, and its figures say exactly what that is."""
    it = _asked(import_id, "cancel", state)
    if it.ended:
        say(f"import {it.id} is {it.status}; nothing of it was written")
    else:
        say(f"import {it.id} is being cancelled: `ringback log {it.id}` says what it wrote, once it has ended")


def _asked(import_id: str, what: str, state: StateFolder) -> Import:
    answer = Server(connection(state), WAIT, say).post(f"{of(import_id)}/{what}")
    return msgspec.json.decode(answer, type=Import)
