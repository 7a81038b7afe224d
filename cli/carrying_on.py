"""`ringback apply`, `retry` and `map`: what can be done with an import that is there."""

import time
from pathlib import Path
from typing import Annotated

import typer

from cli.asking import AsTemplate, Words
from cli.connection import connection
from cli.importing import DEFAULT_WAIT, AsJson, ForReal, Wait, readable, tell, watched
from cli.screen import say
from cli.server import Server
from cli.stack import DEFAULT_STATE, StateFolder


def apply(
    import_id: Annotated[str, typer.Argument(metavar="ID", help="A dry run, as `ringback imports` names it.")],
    as_json: AsJson = False,
    wait: Wait = DEFAULT_WAIT,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """Import the file of a finished dry run for real, with the same settings."""
    server = Server(connection(state), wait, say)
    began = time.monotonic()
    ended = watched(server, server.apply(import_id))
    tell(ended, time.monotonic() - began, as_json)


def retry(
    import_id: Annotated[str, typer.Argument(metavar="ID", help="An import of which rows failed.")],
    file: Annotated[
        Path | None, typer.Argument(help="Its errors file, mended; without it the same rows, by today's settings.")
    ] = None,
    apply: ForReal = False,
    as_json: AsJson = False,
    wait: Wait = DEFAULT_WAIT,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """Import the rows that failed once more, and no others: dry unless --apply."""
    if file is not None:
        readable(file)
    server = Server(connection(state), wait, say)
    began = time.monotonic()
    ended = watched(server, server.retry(import_id, file, str(not apply).lower()))
    tell(ended, time.monotonic() - began, as_json)


def map_(
    import_id: Annotated[str, typer.Argument(metavar="ID", help="An import that waits for its mapping.")],
    words: Words = None,
    save_template: AsTemplate = "",
    as_json: AsJson = False,
    wait: Wait = DEFAULT_WAIT,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """Say what the columns of a table are, and let its import go on."""
    server = Server(connection(state), wait, say)
    began = time.monotonic()
    ended = watched(server, server.find(import_id), words or (), save_template)
    tell(ended, time.monotonic() - began, as_json)
