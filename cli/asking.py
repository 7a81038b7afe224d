"""What a table's columns are, settled: by what was said beforehand, else by the person at the terminal."""

import sys
from collections.abc import Collection, Sequence
from typing import Annotated

import msgspec
import typer

from cli import tables
from cli.answers import Import
from cli.mapping import Column, Mapping, Trial, WrongWord, mapped, said, uncertain, written
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
    if not (is_asked and _somebody_is_there()):
        tried = _tried(server, columns, started.id)
        if is_asked or tried.missing:
            ours = {said(columns, word).at for word in words}
            raise Trouble(_unsettled(columns, ours, tried.missing, started.id))
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


def _tried(server: Server, columns: Sequence[Column], import_id: str) -> Trial:
    """Nothing is set by it. Raises WrongWord where a column is mapped to what is no field."""
    answer = server.post(f"{of(import_id)}/mapping/preview", {"columns": written(columns)})
    tried = msgspec.json.decode(answer, type=Trial)
    if tried.wrong:
        raise WrongWord(printable(" ".join(tried.wrong)))
    return tried


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


def _unsettled(columns: Sequence[Column], ours: Collection[int], missing: list[list[str]], import_id: str) -> str:
    """How to say it without a terminal, ready to be copied: what is open, and `ours`, which was said already."""
    open_ones = len(uncertain(columns))
    words = [
        f'--map "{printable(each.header.strip()) or at + 1}={each.field or ""}"'
        for at, each in enumerate(columns)
        if at in ours or not each.certain
    ]
    words += [f'--map "HEADER={fields[0]}"' for fields in missing]
    told = []
    if open_ones:
        told.append(
            f"it is not certain what {open_ones} of the {len(columns)} columns are, and nobody is there to be asked"
        )
    told += [f"no column is {' or '.join(fields)} yet, without which no row can be imported" for fields in missing]
    how = "to take what is likely" if not missing else "to say which it is, put its column's header for HEADER"
    return f"{'; '.join(told)}; {how}: ringback map {import_id} {' '.join(words)}"
