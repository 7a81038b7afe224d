"""Summaries and lists as tables, for people. Pure."""

from collections.abc import Iterable, Mapping

from rich.table import Table
from rich.text import Text

from cli.answers import ENTITIES, Counts, FailedRow, Import, LogEntry, Undone
from cli.mapping import Column
from cli.screen import printable

#: Of a column, and the most characters of each.
SAMPLES, SAMPLE = 3, 24
FIGURES = ("rows", "new", "updated", "skipped", "failed")


def summary(summary: Mapping[str, Counts]) -> Table:
    table = Table("", box=None, pad_edge=False)
    for figure in FIGURES:
        table.add_column(figure, justify="right")
    for entity in (name for name in ENTITIES if name in summary):
        counts = summary[entity]
        table.add_row(entity, *(_figure(getattr(counts, figure)) for figure in FIGURES))
    return table


def undone(files: Mapping[str, Undone]) -> Table:
    table = Table("", box=None, pad_edge=False)
    for name in Undone.__struct_fields__:
        table.add_column(name, justify="right")
    for entity in (name for name in ENTITIES if name in files):
        table.add_row(entity, *(_figure(getattr(files[entity], name)) for name in Undone.__struct_fields__))
    return table


def imports(states: Iterable[Import]) -> Table:
    table = Table("id", "status", "run", "created", "file", "rows", "failed", box=None, pad_edge=False)
    for state in states:
        counts = state.summary.values()
        table.add_row(
            state.id,
            state.status,
            "undo" if state.undone is not None else "dry" if state.dry_run else "real",
            _time(state.created_at),
            _text(state.filename or ""),
            f"{sum(each.rows or 0 for each in counts):,}",
            f"{sum(each.failed for each in counts):,}",
        )
    return table


def errors(rows: Iterable[FailedRow]) -> Table:
    table = Table("file", "line", "code", "column", box=None, pad_edge=False)
    table.add_column("message", overflow="fold")
    for row in rows:
        line = "" if row.line is None else str(row.line)
        table.add_row(*map(_text, (row.file, line, row.code, row.column or "", row.message)))
    return table


def log(entries: Iterable[LogEntry]) -> Table:
    table = Table("when", box=None, pad_edge=False)
    table.add_column("what", overflow="fold")
    for entry in entries:
        table.add_row(_time(entry.at), _text(entry.message))
    return table


def mapping(columns: Iterable[Column]) -> Table:
    """The numbers are those that a person may name a column by."""
    table = Table("", "theirs", "sample values", "ours", box=None, pad_edge=False)
    table.add_column("sure", justify="right")
    table.add_column("because", overflow="fold", style="dim")
    for number, each in enumerate(columns, 1):
        ours = _text(each.field) if each.field else Text("ignored", style="dim")
        sure = Text(f"{each.confidence} %", style="" if each.certain else "bold yellow")
        table.add_row(str(number), _text(each.header), _samples(each.samples), ours, sure, _text(each.reason))
    return table


def _samples(values: Iterable[str]) -> Text:
    """A few are enough to see what a column holds."""
    shown = list(dict.fromkeys(value for value in map(str.strip, values) if value))[:SAMPLES]
    cut = [value if len(value) <= SAMPLE else f"{value[: SAMPLE - 1]}…" for value in shown]
    return _text(" · ".join(cut))


def fields(values: Mapping[str, str | list[str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, value in values.items():
        table.add_row(name, _text(value if isinstance(value, str) else ", ".join(value) or "none"))
    return table


def _time(moment: str | None) -> str:
    """UTC, to the second."""
    return (moment or "")[:19].replace("T", " ")


def _text(text: str) -> Text:
    """As it stands: brackets in it are no markup."""
    return Text(printable(text))


def _figure(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"
