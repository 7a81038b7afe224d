"""Tokens, and the keys that sign them: files of the machine that the stack's processes read, not of its HTTP API."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.screen import screen
from cli.stack import DEFAULT_STATE, StateFolder, local_keys
from cli.trouble import SpokenGroup, Trouble

app = typer.Typer(cls=SpokenGroup, no_args_is_help=True, help="The keys that sign tokens: list them, rotate them.")

KeyFile = Annotated[
    Path | None,
    typer.Option("--keys", envvar="RINGBACK_SIGNING_KEYS", help="Their file, where it is no stack's of here."),
]
#: As long as `ringback token` signs for: by then no token of a former key is good anyway.
TOKENS_LAST_HOURS = 720


def token(
    role: Annotated[str, typer.Option(help="viewer, member, admin or owner; operator without a tenant.")],
    tenant: Annotated[str, typer.Option(help="Whose data the token opens.")] = "",
    state: StateFolder = DEFAULT_STATE,
    keys: KeyFile = None,
) -> None:
    """Sign a token with the stack's newest key: the token alone on stdout."""
    typer.echo(_signed(keys or local_keys(state), tenant, role))


def local_token(state: Path, tenant: str, role: str) -> str:
    """Raises Trouble where no stack was ever started in `state`, or the role is none."""
    return _signed(local_keys(state), tenant, role)


@app.command("rotate")
def rotate(
    retire_after: Annotated[
        float, typer.Option(min=0, help="For so many hours tokens of the keys before are still good.")
    ] = TOKENS_LAST_HOURS,
    state: StateFolder = DEFAULT_STATE,
    keys: KeyFile = None,
) -> None:
    """Sign with a new key from now on. A stack that is running needs no restart."""
    from ringback.http.keys import BadKeys, rotate

    try:
        _show(rotate(keys or local_keys(state), retire_after * 3600))
    except (BadKeys, OSError) as error:
        raise Trouble(str(error)) from error


@app.command("list")
def list_(state: StateFolder = DEFAULT_STATE, keys: KeyFile = None) -> None:
    """The keys by id; the secrets are not shown."""
    from ringback.http.keys import BadKeys, read

    try:
        _show(read(keys or local_keys(state)))
    except BadKeys as error:
        raise Trouble(str(error)) from error


def _signed(keys: Path, tenant: str, role: str) -> str:
    from ringback.http.keys import Keyring
    from ringback.http.tokens import sign

    try:
        return sign(Keyring(keys).signing, tenant=tenant, role=role, hours=TOKENS_LAST_HOURS)
    except ValueError as error:
        raise Trouble(str(error)) from error


def _show(found: list[Any]) -> None:
    table = Table("kid", "made", "verifies until", "signs", box=None, pad_edge=False)
    for place, key in enumerate(found):
        table.add_row(key.kid, _moment(key.iat), _moment(key.exp), "yes" if place == 0 else "")
    screen().print(table)


def _moment(seconds: int | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(" ", "minutes")
