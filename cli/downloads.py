"""A file from the server: to the disk as it comes, or to stdout."""

import os
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.screen import say
from cli.trouble import Trouble

Out = Annotated[Path, typer.Option("--out", "-o", help="The file to write; - is stdout.")]
STDOUT = Path("-")


class Format(StrEnum):
    """Of an export; the first is meant where nothing is said."""

    csv = "csv"
    xlsx = "xlsx"
    json = "json"
    ndjson = "ndjson"


def format_of(said: Format | None, out: Path) -> Format:
    """What is said, else what the file's name ends in. Raises Trouble where that is no format."""
    if said is not None or out == STDOUT:
        return said or Format.csv
    try:
        return Format(out.suffix.casefold().removeprefix("."))
    except ValueError as error:
        endings = ", ".join(f".{each}" for each in Format)
        raise Trouble(f"{out}: end its name in {endings}, or say --format") from error


def keep(chunks: Iterator[bytes], out: Path) -> None:
    """Raises Trouble where the file cannot be written, or does not come whole."""
    if out == STDOUT:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.flush()
        return
    try:
        size = _written(chunks, out)
    except OSError as error:
        raise Trouble(f"{out}: {error.strerror}") from error
    say(f"{out}: {size:,} bytes")


def _written(chunks: Iterator[bytes], out: Path) -> int:
    """Under its own name only once it is whole, so that nobody takes a part for it."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    part.touch(exist_ok=False)
    try:
        with part.open("wb") as file:
            file.writelines(chunks)
            size = file.tell()
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return size
