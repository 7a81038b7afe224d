"""`ringback dead-letters`: the records that nobody could read, for the platform's operators."""

import json
from datetime import datetime
from itertools import islice
from typing import Annotated

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from cli.answers import Bytes, DeadLetter, WholeDeadLetter
from cli.connection import connection
from cli.listing import WAIT, AsJson, moment, print_array
from cli.screen import printable, say, screen
from cli.server import Server
from cli.stack import DEFAULT_STATE, StateFolder
from cli.trouble import SpokenGroup

app = typer.Typer(cls=SpokenGroup, no_args_is_help=True, help="Records that nobody could read: look, replay.")

Partition = Annotated[int, typer.Argument(min=0, help="As `list` shows it.")]
Offset = Annotated[int, typer.Argument(min=0, help="As `list` shows it.")]


@app.command("list")
def list_(
    topic: Annotated[str, typer.Option(help="Only those that came from it, such as ringback.contacts.v1.")] = "",
    since: Annotated[datetime | None, typer.Option(help="Only those put aside then (UTC) or later.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 50,
    as_json: AsJson = False,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """The newest first: where each lies, where it came from, and why it could not be read."""
    items = islice(_server(state).items("/v1/dead-letters", topic=topic, since=moment(since)), limit)
    if as_json:
        print_array(items)
        return
    table = Table("partition", "offset", "at", "came from", "key", box=None, pad_edge=False)
    table.add_column("why", overflow="fold")
    for letter in (msgspec.convert(item, DeadLetter) for item in items):
        table.add_row(*map(_cell, _told(letter)))
    screen().print(table)


@app.command()
def show(partition: Partition, offset: Offset, as_json: AsJson = False, state: StateFolder = DEFAULT_STATE) -> None:
    """One as it came: key, headers and value."""
    answer = _server(state).get(_path(partition, offset))
    if as_json:
        typer.echo(answer.decode())
        return
    letter = msgspec.json.decode(answer, type=WholeDeadLetter)
    lines = list(zip(("partition", "offset", "at", "came from", "key", "why"), _told(letter), strict=True))
    lines += [(f"header {each.name}", _text(each.value)) for each in letter.headers]
    lines += [("value", _text(letter.value) if letter.value_kept else f"{letter.value_bytes:,} bytes, not kept")]
    for name, value in lines:
        screen().print(Text(f"{printable(name)}: {printable(value)}"), soft_wrap=True)


@app.command()
def replay(partition: Partition, offset: Offset, as_json: AsJson = False, state: StateFolder = DEFAULT_STATE) -> None:
    """Send one back to where it came from, once what could not read it can."""
    answer = _server(state).post(f"{_path(partition, offset)}/replay")
    if as_json:
        typer.echo(answer.decode())
        return
    place = json.loads(answer)
    say(f"sent to {place['topic']}, partition {place['partition']}, offset {place['offset']}")


def _server(state: StateFolder) -> Server:
    return Server(connection(state, tenant="", role="operator"), WAIT, say)


def _path(partition: int, offset: int) -> str:
    return f"/v1/dead-letters/{partition}/{offset}"


def _told(letter: DeadLetter) -> tuple[str, ...]:
    origin = letter.origin
    came_from = f"{origin.topic}[{origin.partition}] {origin.offset}" if origin else "nobody knows"
    at = letter.at[:19].replace("T", " ")
    return str(letter.partition), str(letter.offset), at, came_from, _text(letter.key), letter.error or ""


def _text(value: Bytes | None) -> str:
    if value is None:
        return "(none)"
    return value.data if value.encoding == "utf-8" else f"({value.encoding}) {value.data}"


def _cell(text: str) -> Text:
    return Text(printable(text))
