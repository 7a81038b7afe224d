"""What one can say of an import besides its file: the options, and the fields of the form that they become."""

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

import typer

from cli.answers import ENTITIES
from cli.trouble import Trouble

Entity = StrEnum("Entity", {name: name for name in ENTITIES})  # type: ignore[misc]


class Policy(StrEnum):
    """`on_duplicate` (rules §5)."""

    update = "update"
    overwrite = "overwrite"
    skip = "skip"
    create_new = "create_new"


class MatchOn(StrEnum):
    """`match_on` (rules §4)."""

    both = "both"
    phone = "phone"
    email = "email"


OnDuplicate = Annotated[Policy, typer.Option(help="What a row does to a record that is there already.")]
MatchBy = Annotated[MatchOn, typer.Option(help="What finds a contact that no external id finds.")]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", help="Put on every contact, instead of one that says when; repeatable.")
]
List = Annotated[str, typer.Option("--list", help="A contact list that every contact is added to.")]
Defaults = Annotated[
    list[str] | None,
    typer.Option("--default", metavar="FIELD=VALUE", help="What a contact's blank cells mean; repeatable."),
]
BoardNumber = Annotated[str, typer.Option(help="Of contacts whose row has none.")]
OfEntity = Annotated[
    Entity | None, typer.Option("--entity", help="Whose rows a single table has, where its name and header do not say.")
]
Sheet = Annotated[str, typer.Option(help="Of a workbook, by its name or its number from 1.")]
HeaderRow = Annotated[int | None, typer.Option(min=1, help="The row of a table's header; above it nothing is read.")]
Encoding = Annotated[str, typer.Option(help="Of a table that is text, like cp1250.")]


def form(**said: object) -> dict[str, str]:
    """What is said, as the form's fields have it; what is not said is left to the server."""
    return {name: str(value) for name, value in said.items() if value not in (None, "")}


def defaults(words: Iterable[str] | None) -> str:
    """Raises Trouble for one that is not FIELD=VALUE."""
    pairs = [word.partition("=") for word in words or ()]
    for field, parted, _ in pairs:
        if not parted or not field.strip():
            raise Trouble(f"--default {field!r}: write it as FIELD=VALUE, such as lead_source=Web")
    return json.dumps({field.strip(): value for field, _, value in pairs}) if pairs else ""
