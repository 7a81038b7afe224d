"""`ringback errors`: the rows that failed, to be read, or as a file to be mended."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cli import tables
from cli.answers import FailedRow
from cli.choices import Entity
from cli.connection import connection
from cli.downloads import STDOUT, keep
from cli.listing import WAIT, AsJson, ImportId, print_array
from cli.screen import say, screen
from cli.server import Server, of
from cli.stack import DEFAULT_STATE, StateFolder
from cli.trouble import Trouble

#: By the end of the file's name; the server packs the files of an archive in a ZIP, as CSV.
FORMATS = {".csv": "csv", ".xlsx": "xlsx", ".zip": ""}


def errors(
    import_id: ImportId,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="To be mended: .csv or .xlsx in the file's own columns, .zip of several; - is stdout."
        ),
    ] = None,
    file: Annotated[Entity | None, typer.Option(help="With --out: only the rows of this file.")] = None,
    as_json: AsJson = False,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """The failed rows of an import: file, line, code, column, and how to mend each."""
    server = Server(connection(state), WAIT, say)
    if out is not None:
        _keep(server, import_id, out, file.value if file else "")
        return
    rows = (msgspec.convert(item, FailedRow) for item in server.items(f"{of(import_id)}/errors"))
    if as_json:
        print_array(msgspec.to_builtins(row) for row in rows)
        return
    screen().print(tables.errors(rows))


def _keep(server: Server, import_id: str, out: Path, file: str) -> None:
    """Rows that a retry has mended already are not among them."""
    ending = ".csv" if out == STDOUT else out.suffix.casefold()
    if ending not in FORMATS:
        raise Trouble(f"{out}: end its name in {', '.join(FORMATS)}")
    failing = [entity for entity, counts in server.find(import_id).summary.items() if counts.failed]
    if len(failing) > 1 and not file and FORMATS[ending]:
        raise Trouble(f"rows of {' and '.join(failing)} failed: name one with --file, or end the name in .zip for all")
    query = {"file": file, "format": FORMATS[ending], "mended": "false"}
    keep(server.download(f"{of(import_id)}/errors/file", **query), out)
    if out != STDOUT:
        say(f"mend it, then `ringback retry {import_id} {out}`")
