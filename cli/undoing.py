"""`ringback undo` and `redo`: an import is taken back, after what that would do was shown, and brought back again."""

import json
import time
from collections.abc import Mapping
from typing import Annotated

import msgspec
import typer

from cli import tables
from cli.answers import Import, Undone, UndoPreview
from cli.connection import connection
from cli.importing import DEFAULT_WAIT, AsJson, Wait, tell, watched
from cli.listing import ImportId
from cli.screen import printable, say, screen
from cli.server import Server, of
from cli.stack import DEFAULT_STATE, StateFolder
from cli.trouble import Trouble


def undo(
    import_id: ImportId,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without it a terminal asks, and a script only looks.")
    ] = False,
    as_json: AsJson = False,
    wait: Wait = DEFAULT_WAIT,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """Take an import back: what it alone brought goes, what others said of the same records stays."""
    server = Server(connection(state), wait, say)
    preview = server.undo_preview(import_id)
    if not yes:
        _show(preview.files, as_json)
        for told in _others(preview):
            say(told)
        if as_json or not typer.confirm("Undo it?", default=False, err=True):
            say(f"nothing was undone: `ringback undo {import_id} --yes` does it")
            return
    ended = watched(server, msgspec.json.decode(server.post(f"{of(import_id)}/undo"), type=Import))
    if ended.status != "finished":
        raise Trouble(f"undo {ended.id} {ended.status}: {printable(ended.reason or 'no reason was given')}")
    _show(ended.undone or {}, as_json)
    say(f"import {import_id} is undone: `ringback redo {import_id}` brings it back")


def redo(
    import_id: ImportId, as_json: AsJson = False, wait: Wait = DEFAULT_WAIT, state: StateFolder = DEFAULT_STATE
) -> None:
    """Import the file of an import that was undone once more, with the same settings."""
    server = Server(connection(state), wait, say)
    began = time.monotonic()
    ended = watched(server, msgspec.json.decode(server.post(f"{of(import_id)}/redo"), type=Import))
    tell(ended, time.monotonic() - began, as_json)


def _show(files: Mapping[str, Undone], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({entity: msgspec.to_builtins(each) for entity, each in files.items()}))
    else:
        screen().print(tables.undone(files))


def _others(preview: UndoPreview) -> list[str]:
    """Because of whom records stay."""
    return [
        f"{entity}: {other.records:,} stay because of {_named(other.who, other.import_id)}"
        for entity, each in preview.files.items()
        for other in each.others
    ]


def _named(who: str, import_id: str | None) -> str:
    return {"person": "what people said", "live": "live events"}.get(who, f"import {import_id}")
