"""`ringback import`: send a file, watch it to its end, say what became of every row."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.live import Live

from cli import choices, tables
from cli.answers import Import
from cli.asking import AsTemplate, Words, settle
from cli.bars import drawn
from cli.connection import connection
from cli.mapping import WrongWord
from cli.screen import printable, say, screen
from cli.server import Server, of
from cli.stack import DEFAULT_STATE, StateFolder
from cli.trouble import Trouble
from cli.watch import Show, follow

AsJson = Annotated[bool, typer.Option("--json", help="One line of JSON on stdout, at the end.")]
ForReal = Annotated[bool, typer.Option("--apply", help="For real; without it the run is dry.")]
Wait = Annotated[float, typer.Option(help="Seconds that a server which is away is given to come back.")]
#: A stack is ready 20 s after its start; twice that, and it will not come.
DEFAULT_WAIT = 60.0


def import_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A ZIP of contacts.csv, calls.csv …, or one table: CSV, TSV, XLSX, XLS, ODS, JSON, NDJSON; or a URL.",
        ),
    ],
    apply: ForReal = False,
    as_json: AsJson = False,
    notes: Annotated[str, typer.Option(help="Kept with the import.")] = "",
    source: Annotated[str, typer.Option(help="The system the file comes from.")] = "",
    tag: choices.Tags = None,
    list_: choices.List = "",
    default: choices.Defaults = None,
    board_number: choices.BoardNumber = "",
    on_duplicate: choices.OnDuplicate = choices.Policy.update,
    match_on: choices.MatchBy = choices.MatchOn.both,
    entity: choices.OfEntity = None,
    sheet: choices.Sheet = "",
    header_row: choices.HeaderRow = None,
    encoding: choices.Encoding = "",
    words: Words = None,
    template: Annotated[str, typer.Option(help="Map the columns as the template of this name does.")] = "",
    save_template: AsTemplate = "",
    external_id: Annotated[str, typer.Option(help="Your own name for the import.")] = "",
    callback_url: Annotated[str, typer.Option(help="Kept with the import.")] = "",
    wait: Wait = DEFAULT_WAIT,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """Import a file: dry unless --apply. Exit code 0 when the import finished, 1 when it could not."""
    fields = choices.form(notes=notes, source=source, external_id=external_id, callback_url=callback_url)
    fields |= choices.form(tags=";".join(tag or ()), list=list_, board_number=board_number)
    fields |= choices.form(defaults=choices.defaults(default), on_duplicate=on_duplicate, match_on=match_on)
    fields |= choices.form(entity=entity, sheet=sheet, header_row=header_row, encoding=encoding)
    fields |= choices.form(template=template, review="true" if words else "", dry_run=str(not apply).lower())
    if not is_url(file):
        readable(Path(file))
    ended, seconds = run(Server(connection(state), wait, say), file, fields, words or (), save_template)
    tell(ended, seconds, as_json)


def tell(ended: Import, seconds: float, as_json: bool) -> None:
    """What became of every row, and what to do next. Raises Trouble where it did not finish."""
    if as_json:
        typer.echo(json.dumps(line(ended, seconds)))
    else:
        screen().print(title(ended, seconds), tables.summary(ended.summary), sep="\n")
    if failed := sum(counts.failed for counts in ended.summary.values()):
        say(f"{failed:,} rows failed: `ringback errors {ended.id}` says why, and how to mend them")
    if ended.status != "finished":
        raise Trouble(f"import {ended.id} {ended.status}: {printable(ended.reason or 'no reason was given')}")
    if ended.dry_run:
        say(f"nothing was written: `ringback apply {ended.id}` imports the same file for real")


def readable(file: Path) -> None:
    """Said before a server is looked for. Raises Trouble."""
    try:
        file.open("rb").close()
    except OSError as error:
        raise Trouble(f"{file}: {error.strerror}") from error


def is_url(file: str) -> bool:
    """Then the server fetches it."""
    return file.casefold().startswith("https://")


def run(
    server: Server, file: str, fields: dict[str, str], words: Sequence[str] = (), save_as: str = ""
) -> tuple[Import, float]:
    """The ended import, and the seconds from the first byte sent until its end was known. Raises Trouble."""
    began = time.monotonic()
    started = server.fetch(file, fields) if is_url(file) else server.upload(Path(file), fields)
    try:
        return watched(server, started, words, save_as), time.monotonic() - began
    except WrongWord as wrong:
        # It would wait for good: its sender mends the command, and sends the file again.
        say(str(wrong))
        server.post(f"{of(started.id)}/cancel")
        raise Trouble(f"import {started.id} is cancelled: mend what --map says, and send {file} again") from wrong


def watched(server: Server, started: Import, words: Sequence[str] = (), save_as: str = "") -> Import:
    """To its end; what its columns are is settled before. Raises Trouble."""
    started = settle(server, started, words, save_as)
    try:
        with bars() as show:
            return follow(server, started, show)
    except (Trouble, KeyboardInterrupt):
        say(f"import {started.id} was accepted and goes on at the server; `ringback imports` shows it")
        raise


@contextmanager
def bars() -> Iterator[Show]:
    """On a terminal the bars move in place; anywhere else nothing is drawn."""
    console = screen(stderr=True)
    if not console.is_terminal:
        yield lambda picture: None
        return
    with Live(console=console, refresh_per_second=10) as live:
        yield lambda picture: live.update(drawn(picture))


def line(ended: Import, seconds: float) -> dict[str, object]:
    """The line that scripts read."""
    summary = {
        entity: {figure: getattr(counts, figure) for figure in tables.FIGURES}
        for entity, counts in ended.summary.items()
    }
    return {
        "id": ended.id,
        "status": ended.status,
        "dry_run": ended.dry_run,
        "summary": summary,
        "seconds": round(seconds, 3),
    }


def title(ended: Import, seconds: float) -> str:
    kind = "dry run, nothing was written" if ended.dry_run else "for real"
    return f"{ended.status} in {seconds:.1f} s ({kind}) · import {ended.id}"
