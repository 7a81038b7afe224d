"""A table's mapping, settled: by what was said beforehand, else by the person at the terminal."""

import sys
from collections.abc import Sequence

from cli import tables
from cli.mapping import Column, mapped, uncertain
from cli.screen import printable, say, screen
from cli.trouble import Trouble

HOW = "Enter takes it; 3=city or Header=city changes a column, 3= ignores it; ? names the fields; q leaves it for later"


def settled(columns: Sequence[Column], words: Sequence[str], known: Sequence[str], import_id: str) -> list[Column]:
    """Raises Trouble where nobody is there to be asked and a column is not certain, or they would rather not say."""
    columns = mapped(columns, words)
    open_ones = uncertain(columns)
    if not open_ones:
        return columns
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Trouble(_unsettled(columns, open_ones, import_id))
    return _asked(columns, known, import_id)


def _asked(columns: list[Column], known: Sequence[str], import_id: str) -> list[Column]:
    console = screen(stderr=True)
    while True:
        console.print(tables.mapping(columns), HOW, sep="\n")
        try:
            word = console.input("> ").strip()
        except EOFError:
            word = "q"
        if not word:
            return columns
        if word == "q":
            raise Trouble(f"import {import_id} waits for its mapping: `ringback map {import_id}` asks again")
        try:
            columns = columns if _is_help(word, known) else mapped(columns, [word])
        except Trouble as trouble:
            say(str(trouble))


def _is_help(word: str, known: Sequence[str]) -> bool:
    if word == "?":
        say(f"{', '.join(known)}; and custom:NAME for a field of your own")
    return word == "?"


def _unsettled(columns: Sequence[Column], open_ones: Sequence[Column], import_id: str) -> str:
    """How to say it without a terminal, ready to be copied."""
    words = " ".join(f'--map "{printable(each.header.strip())}={each.field or ""}"' for each in open_ones)
    return (
        f"it is not certain what {len(open_ones)} of the {len(columns)} columns are, and nobody is there to be asked; "
        f"to take what is likely: ringback map {import_id} {words}"
    )
