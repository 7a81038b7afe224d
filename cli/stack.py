"""The stack on this machine, as far as its state folder tells. Only here is `standalone` known, and only when asked.

A client's install has neither Kafka nor Postgres, so nothing of it is imported with the module.
"""

import asyncio
import json
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer
from rich.table import Table

from cli.screen import screen
from cli.trouble import Trouble

StateFolder = Annotated[Path, typer.Option("--state", help="The folder of the stack on this machine.")]
DEFAULT_STATE = Path(".ringback")


def up(
    port: Annotated[int | None, typer.Option(help="8080, or a free one where that is busy.")] = None,
    state: StateFolder = DEFAULT_STATE,
) -> None:
    """Run Kafka, Postgres and every service on this machine, until stopped."""
    try:
        from standalone.up import run
    except ModuleNotFoundError as missing:
        raise _no_parts(missing) from missing
    raise typer.Exit(asyncio.run(run(port, state)))


def ps(
    state: StateFolder = DEFAULT_STATE,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array on stdout.")] = False,
) -> None:
    """The stack's processes: name, pid, and how often each was started again."""
    processes = _states().read_processes(state)
    if as_json:
        typer.echo(json.dumps(processes))
        return
    if not processes:
        raise Trouble(f"no stack is up in {state}: `ringback up --state {state}` starts one")
    table = Table("name", "pid", "restarts", box=None, pad_edge=False)
    for process in processes:
        table.add_row(process["name"], str(process["pid"]), str(process["restarts"]))
    screen().print(table)


def local_url(state: Path) -> str:
    """Raises Trouble where no stack is up."""
    states = _states()
    try:
        opened = states.State.open(state)
        if opened.running():
            return str(opened.url)
    except states.NoState:
        pass
    raise Trouble(
        f"no stack is up in {state}: start one with `ringback up --state {state}`, "
        "or say where the server is with RINGBACK_URL and RINGBACK_TOKEN"
    )


def local_keys(state: Path) -> Path:
    """The file of the stack's signing keys; raises Trouble where none was ever started in `state`."""
    states = _states()
    try:
        return Path(states.State.open(state).signing_keys)
    except states.NoState as error:
        raise Trouble(str(error)) from error


def _states() -> ModuleType:
    try:
        from standalone import state
    except ModuleNotFoundError as missing:
        raise _no_parts(missing) from missing
    return state


def _no_parts(missing: ModuleNotFoundError) -> Trouble:
    return Trouble(
        f"this install has no stack of its own ({missing.name} is missing): install 'ringback[standalone]', "
        "or say where the server is with RINGBACK_URL and RINGBACK_TOKEN"
    )
