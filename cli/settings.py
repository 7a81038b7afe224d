"""`ringback settings`: the tenant's own numbers, region and time zone."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cli import tables
from cli.answers import TenantSettings
from cli.connection import connection
from cli.listing import WAIT
from cli.screen import say, screen
from cli.server import Server
from cli.stack import DEFAULT_STATE, StateFolder

app = typer.Typer(help="The tenant's own numbers, region and time zone, which its imports are read by.")
AsJson = Annotated[bool, typer.Option("--json", help="One line of JSON on stdout.")]


@app.callback(invoke_without_command=True)
def show(context: typer.Context, as_json: AsJson = False, state: StateFolder = DEFAULT_STATE) -> None:
    """What imports are read by from now on."""
    if context.invoked_subcommand is None:
        _print(_server(state).settings()[0], as_json)


@app.command("set")
def set_(
    own_number: Annotated[
        list[str] | None, typer.Option(help="All of the tenant's own numbers, each with this option; '' for none.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="Of numbers without a country: US, DE …")] = None,
    time_zone: Annotated[str | None, typer.Option(help="Of times without a zone: America/New_York …")] = None,
    as_json: AsJson = False,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """Change what is named, and leave the rest. Imports that are accepted already keep what they have."""
    server = _server(state)
    settings, version = server.settings()
    if own_number is not None:
        settings.own_numbers = [each for each in own_number if each]
    settings.region = region or settings.region
    settings.time_zone = time_zone or settings.time_zone
    _print(server.change_settings(settings, version), as_json)


def _server(state: Path) -> Server:
    return Server(connection(state), WAIT, say)


def _print(settings: TenantSettings, as_json: bool) -> None:
    fields: dict[str, str | list[str]] = {
        "own_numbers": settings.own_numbers,
        "region": settings.region,
        "time_zone": settings.time_zone,
    }
    if as_json:
        typer.echo(json.dumps(fields))
    else:
        screen().print(tables.fields({name.replace("_", " "): value for name, value in fields.items()}))
