"""`ringback export` and `template`: records out as a file that an import reads back, and an empty one to begin with."""

from collections.abc import Mapping
from typing import Annotated

import typer

from cli.choices import Entity
from cli.connection import connection
from cli.downloads import STDOUT, Format, Out, format_of, keep
from cli.listing import WAIT
from cli.screen import say
from cli.server import Asked, Server
from cli.stack import DEFAULT_STATE, StateFolder
from cli.trouble import Trouble

What = Annotated[Entity, typer.Argument(metavar="WHAT", help="contacts, conversations, messages or calls.")]
AFormat = Annotated[
    Format | None, typer.Option("--format", "-f", help="As --out's name says, else csv.", case_sensitive=False)
]


def export(
    what: What,
    out: Out = STDOUT,
    format: AFormat = None,
    list_: Annotated[list[str] | None, typer.Option("--list", help="Only contacts on this list; repeatable.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only contacts with this tag; repeatable.")] = None,
    search: Annotated[str, typer.Option(help="Only contacts with this in them.")] = "",
    participant: Annotated[
        list[str] | None, typer.Option(help="Only what this number took part in; not of contacts.")
    ] = None,
    import_id: Annotated[str, typer.Option("--import", metavar="ID", help="Only what this import told of first.")] = "",
    source: Annotated[str, typer.Option(help="Whose external ids stand without their source before them.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    excel_safe: Annotated[
        bool, typer.Option("--excel-safe", help="A cell that Excel would take for a formula is escaped.")
    ] = False,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """Everything of one kind as a file, in the columns that an import reads."""
    _check(what, {"--list": list_, "--tag": tag, "--search": search}, {"--participant": participant})
    query: dict[str, Asked] = {
        "format": format_of(format, out).value,
        "list": list_ or [],
        "tag": tag or [],
        "q": search,
        "participant": participant or [],
        "import_id": import_id,
        "source": source,
        "limit": str(limit or ""),
        "excel_safe": "true" if excel_safe else "",
    }
    keep(_server(state).download(f"/v1/exports/{what.value}", **query), out)


def template(what: What, out: Out = STDOUT, format: AFormat = None, state: StateFolder = DEFAULT_STATE) -> None:
    """A table to fill in: the columns that an import knows, and a row that shows how."""
    query = {"format": format_of(format, out).value}
    keep(_server(state).download(f"/v1/templates/{what.value}", **query), out)


def _check(what: Entity, of_contacts: Mapping[str, object], of_others: Mapping[str, object]) -> None:
    """Passed over by the server, a choice that is none here would be taken for one that chose everything."""
    none_here = of_others if what.value == "contacts" else of_contacts
    for option, said in none_here.items():
        if said:
            raise Trouble(f"{option} does not choose among {what.value}")


def _server(state: StateFolder) -> Server:
    return Server(connection(state), WAIT, say)
