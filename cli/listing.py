"""`ringback imports`, `errors` and `log`: what the server keeps of earlier runs."""

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
import typer

from cli import tables
from cli.answers import ENTITIES, FailedRow, Import, LogEntry
from cli.connection import connection
from cli.screen import say, screen
from cli.server import Server
from cli.stack import DEFAULT_STATE, StateFolder

ImportId = Annotated[str, typer.Argument(metavar="ID", help="The import, as `ringback imports` names it.")]
AsJson = Annotated[bool, typer.Option("--json", help="A JSON array on stdout.")]
Entity = StrEnum("Entity", {name: name for name in ENTITIES})  # type: ignore[misc]
#: These only look: a server that is away is said soon.
WAIT = 5.0


def imports(
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 50,
    status: Annotated[str, typer.Option(help="Only those that are so: queued, running, finished, failed …")] = "",
    source: Annotated[str, typer.Option(help="Only those of this source.")] = "",
    search: Annotated[str, typer.Option(help="Only those with this in their file name or notes.")] = "",
    as_json: AsJson = False,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """The imports of the tenant, newest first."""
    items = islice(_server(state).items("/v1/imports", status=status, source=source, q=search), limit)
    if as_json:
        print_array(items)
        return
    screen().print(tables.imports(msgspec.convert(item, Import) for item in items))


def errors(
    import_id: ImportId,
    as_json: AsJson = False,
    csv: Annotated[
        Entity | None,
        typer.Option(help="The rows of this file on stdout, in its own columns: to be mended and imported again."),
    ] = None,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """The failed rows of an import: file, line, code, column, and how to mend each."""
    if csv is not None:
        path = f"/v1/imports/{quote(import_id, safe='')}/errors.csv"
        for chunk in _server(state).download(path, file=csv.value):
            sys.stdout.buffer.write(chunk)
        sys.stdout.flush()
        return
    items = _server(state).items(f"/v1/imports/{quote(import_id, safe='')}/errors")
    rows = (msgspec.convert(item, FailedRow) for item in items)
    if as_json:
        print_array(msgspec.to_builtins(row) for row in rows)
        return
    screen().print(tables.errors(rows))


def log(
    import_id: ImportId,
    as_json: AsJson = False,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """What happened to an import, and when."""
    items = _server(state).items(f"/v1/imports/{quote(import_id, safe='')}/log")
    if as_json:
        print_array(items)
        return
    screen().print(tables.log(msgspec.convert(item, LogEntry) for item in items))


def _server(state: StateFolder) -> Server:
    return Server(connection(state), WAIT, say)


def print_array(items: Iterator[Any]) -> None:
    """A valid array however long: an item a line, written as it comes, never all in memory."""
    separator = "["
    for item in items:
        typer.echo(separator + json.dumps(item))
        separator = ","
    typer.echo("[]" if separator == "[" else "]")
