"""What a table's columns are, settled: by what was said beforehand, else by the person at the terminal."""

import sys
from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer

from cli import tables
from cli.answers import Import
from cli.mapping import Column, Mapping, mapped, uncertain, written
from cli.screen import printable, say, screen
from cli.server import Server, of
from cli.trouble import Trouble

Words = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="HEADER=FIELD", help="What a column is; HEADER= ignores it; repeatable."),
]
AsTemplate = Annotated[str, typer.Option(help="Keep the mapping under this name, for files of the same kind.")]

HOW = "Enter takes it; 3=city or Header=city changes a column, 3= ignores it; ? names the fields; q leaves it for later"


def settle(server: Server, started: Import, words: Sequence[str], save_as: str) -> Import:
    """The import as it is once it knows what its columns are. Raises Trouble."""
    if started.status != "needs_mapping" and words:
        raise Trouble(f"import {started.id} is {started.status}, and --map was too late for it: is it of one table?")
    if started.status != "needs_mapping" and not save_as:
        return started
    told = msgspec.json.decode(server.get(f"{of(started.id)}/mapping"), type=Mapping)
    if started.status == "needs_mapping":
        told, started = _set(server, told, started, words)
    if save_as:
        server.post("/v1/mappings", {"name": save_as, "entity": told.entity, "columns": written(told.columns)})
        say(f"kept: `--template {save_as}` maps by it, and a table of the same headers is mapped so by itself")
    return started


def _set(server: Server, told: Mapping, started: Import, words: Sequence[str]) -> tuple[Mapping, Import]:
    """Where the server will not have it, a person at a terminal is told why and asked again."""
    columns = mapped(told.columns, words)
    is_asked = bool(uncertain(columns))
    if is_asked and not _somebody_is_there():
        raise Trouble(_unsettled(columns, started.id))
    while True:
        columns = _asked(columns, told.fields, started.id) if is_asked else columns
        try:
            answer = server.put(f"{of(started.id)}/mapping", {"columns": written(columns)})
        except Trouble as refused:
            if not is_asked:
                raise
            say(str(refused))
            continue
        return msgspec.structs.replace(told, columns=columns), msgspec.json.decode(answer, type=Import)


def _somebody_is_there() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _asked(columns: Sequence[Column], fields: Sequence[str], import_id: str) -> list[Column]:
    columns, console = list(columns), screen(stderr=True)
    while True:
        console.print(tables.mapping(columns), HOW, sep="\n")
        try:
            word = console.input("> ").strip()
        except EOFError:
            word = "q"
        match word:
            case "":
                return columns
            case "q":
                raise Trouble(f"import {import_id} waits for its mapping: `ringback map {import_id}` asks again")
            case "?":
                say(f"{', '.join(fields)}; and custom:NAME for a field of your own")
            case _:
                columns = _changed(columns, word)


def _changed(columns: list[Column], word: str) -> list[Column]:
    """A slip of the fingers is told, and asked about again."""
    try:
        return mapped(columns, [word])
    except Trouble as trouble:
        say(str(trouble))
        return columns


def _unsettled(columns: Sequence[Column], import_id: str) -> str:
    """How to say it without a terminal, ready to be copied."""
    open_ones = uncertain(columns)
    words = " ".join(f'--map "{printable(each.header.strip())}={each.field or ""}"' for each in open_ones)
    return (
        f"it is not certain what {len(open_ones)} of the {len(columns)} columns are, and nobody is there to be asked; "
        f"to take what is likely: ringback map {import_id} {words}"
    )
