"""What a command cannot get over, said once: a sentence on stderr, exit code 1."""

from typing import Any

import typer
from typer.core import TyperGroup


class Trouble(Exception):
    """Its text is for the person at the terminal: what is wrong and how to mend it."""


class SpokenGroup(TyperGroup):
    """The one place where Trouble ends a command, so that none shows as a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Trouble as trouble:
            typer.echo(f"ringback: {trouble}", err=True)
            raise typer.Exit(1) from trouble
