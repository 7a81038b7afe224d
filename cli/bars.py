"""An import's progress drawn for a terminal: one bar an entity. Pure: the same picture, the same lines."""

from datetime import timedelta

from rich.console import Group
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cli.answers import ENTITIES
from cli.progress import Line, Picture
from cli.screen import printable

BAR_WIDTH = 24


def drawn(picture: Picture) -> Group:
    """The whole block, to be shown in place of the one before."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    table.add_column("", width=BAR_WIDTH)
    for heading in ("rows", "new", "updated", "skipped", "failed"):
        table.add_column(heading, justify="right", no_wrap=True)
    for entity in ENTITIES:
        if entity in picture.entities:
            table.add_row(entity, *_cells(picture.entities[entity]))
    return Group(table, _foot(picture))


def _cells(line: Line) -> list[ProgressBar | Text]:
    # Without a total the bar stays empty: rich would draw a moving one, which says nothing.
    bar = ProgressBar(total=line.total or 1, completed=_completed(line), width=BAR_WIDTH)
    total = "?" if line.total is None else f"{line.total:,}"
    failed = Text(f"{line.failed:,}", style="red" if line.failed else "")
    counts = [Text(f"{count:,}") for count in (line.new, line.updated, line.skipped)]
    return [bar, Text(f"{line.processed:,}/{total}"), *counts, failed]


def _completed(line: Line) -> int:
    if line.total is None:
        return 0
    return line.processed if line.total else 1


def _foot(picture: Picture) -> Text:
    words = [picture.status]
    if picture.rows_per_s is not None:
        words.append(f"{picture.rows_per_s:,.0f} rows/s")
    if picture.elapsed_s is not None:
        words.append(f"{clock(picture.elapsed_s)} elapsed")
    if picture.remaining_s is not None and not picture.ended:
        words.append(f"{clock(picture.remaining_s)} remaining")
    if picture.current and not picture.ended:
        words.append(printable(picture.current))
    return Text(" · ".join(words), style="dim", overflow="ellipsis", no_wrap=True)


def clock(seconds: float) -> str:
    """0:05, 12:40, 1:02:03."""
    text = str(timedelta(seconds=max(0, round(seconds))))
    return text.removeprefix("0:").removeprefix("0") if text.startswith("0:") else text
