"""`ringback imports`, `summary`, `hide` and `log`: what the server keeps of earlier runs."""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any

import msgspec
import typer

from cli import tables
from cli.answers import History, Import, LogEntry
from cli.connection import connection
from cli.screen import say, screen
from cli.server import Server, of
from cli.stack import DEFAULT_STATE, StateFolder

ImportId = Annotated[str, typer.Argument(metavar="ID", help="The import, as `ringback imports` names it.")]
AsJson = Annotated[bool, typer.Option("--json", help="A JSON array on stdout.")]
#: These only look: a server that is away is said soon.
WAIT = 5.0


def imports(
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 50,
    status: Annotated[
        list[str] | None, typer.Option(help="Only those that are so: needs_mapping, queued, running, finished …")
    ] = None,
    source: Annotated[str, typer.Option(help="Only those of this source.")] = "",
    by: Annotated[str, typer.Option(help="Only those of this person.")] = "",
    dry: Annotated[bool | None, typer.Option("--dry/--real", help="Only dry runs, or only those for real.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only those accepted then (UTC) or later.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Only those accepted before (UTC).")] = None,
    search: Annotated[str, typer.Option(help="Only those with this in file name, notes or external id.")] = "",
    hidden: Annotated[bool, typer.Option("--hidden", help="Hidden ones too.")] = False,
    as_json: AsJson = False,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """The imports of the tenant, newest first."""
    query = {"status": status or [], "source": source, "created_by": by, "q": search}
    query |= {"created_from": moment(since), "created_to": moment(until)}
    query |= {"dry_run": "" if dry is None else str(dry).lower(), "hidden": "true" if hidden else ""}
    items = islice(_server(state).items("/v1/imports", **query), limit)
    if as_json:
        print_array(items)
        return
    screen().print(tables.imports(msgspec.convert(item, Import) for item in items))


def summary(
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON on stdout.")] = False,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """What all the tenant's imports came to, those that are hidden too."""
    answer = _server(state).get("/v1/imports/summary")
    if as_json:
        typer.echo(answer.decode())
        return
    told = msgspec.json.decode(answer, type=History)
    statuses = ", ".join(f"{count:,} {status}" for status, count in told.by_status.items())
    screen().print(f"{told.imports:,} imports{f': {statuses}' if statuses else ''}")
    for heading, totals in (("for real", told.real), ("dry", told.dry)):
        if totals.imports:
            screen().print(f"\n{totals.imports:,} {heading}", tables.summary(totals.rows), sep="\n")


def hide(import_id: ImportId, state: StateFolder = DEFAULT_STATE) -> None:
    """Take an import that has ended out of the lists; what it brought stays."""
    _server(state).delete(of(import_id))
    say(f"import {import_id} is hidden: `ringback imports --hidden` shows it still")


def log(
    import_id: ImportId,
    as_json: AsJson = False,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """What happened to an import, and when."""
    items = _server(state).items(f"{of(import_id)}/log")
    if as_json:
        print_array(items)
        return
    screen().print(tables.log(msgspec.convert(item, LogEntry) for item in items))


def _server(state: StateFolder) -> Server:
    return Server(connection(state), WAIT, say)


def moment(at: datetime | None) -> str:
    """As the API reads it; what people type is UTC."""
    return f"{at.isoformat()}Z" if at else ""


def print_array(items: Iterator[Any]) -> None:
    """A valid array however long: an item a line, written as it comes, never all in memory."""
    separator = "["
    for item in items:
        typer.echo(separator + json.dumps(item))
        separator = ","
    typer.echo("[]" if separator == "[" else "]")
