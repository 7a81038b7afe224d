"""The command `ringback`: which words it knows."""

from pathlib import Path
from typing import Annotated

import typer

from cli import (
    carrying_on,
    dead_letters,
    exporting,
    failing,
    importing,
    keys,
    listing,
    settings,
    stack,
    stopping,
    undoing,
)
from cli.trouble import SpokenGroup

app = typer.Typer(
    cls=SpokenGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Bring a phone system's history into the CRM, and watch it happen.",
)
Number = Annotated[int, typer.Option(min=0)]


def sample(
    out: Annotated[
        Path,
        typer.Argument(
            metavar="OUT", help="history.zip, or one table: contacts.csv .tsv .xlsx .json .ndjson, calls.csv …"
        ),
    ],
    contacts: Number = 2_000,
    conversations: Number = 1_500,
    messages: Number = 20_000,
    calls: Number = 1_500,
    seed: Annotated[int, typer.Option(help="The same seed, the same file.")] = 1,
) -> None:
    """Write an archive, or one table, to try an import with, messy on purpose."""
    from cli.sample import write_sample
    from cli.sample_table import entity_of, write_table

    if out.suffix.casefold() in ("", ".zip"):
        write_sample(out, contacts, conversations, messages, calls, seed)
        return
    counts = {"contacts": contacts, "conversations": conversations, "messages": messages, "calls": calls}
    write_table(out, counts[entity_of(out)], seed)


app.command("up")(stack.up)
app.command("import")(importing.import_)
app.command("apply")(carrying_on.apply)
app.command("retry")(carrying_on.retry)
app.command("map")(carrying_on.map_)
app.command("pause")(stopping.pause)
app.command("resume")(stopping.resume)
app.command("cancel")(stopping.cancel)
app.command("undo")(undoing.undo)
app.command("redo")(undoing.redo)
app.command("imports")(listing.imports)
app.command("summary")(listing.summary)
app.command("hide")(listing.hide)
app.command("errors")(failing.errors)
app.command("log")(listing.log)
app.command("export")(exporting.export)
app.command("template")(exporting.template)
app.command("token")(keys.token)
app.add_typer(keys.app, name="keys")
app.add_typer(settings.app, name="settings")
app.add_typer(dead_letters.app, name="dead-letters")
app.command("ps")(stack.ps)
app.command("sample")(sample)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
