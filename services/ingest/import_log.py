"""What happened to an import, in plain words for a person. Pure: entries are written with what they tell of."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

Event = (
    Literal["accepted", "applied", "retried", "started", "taken_over", "waiting", "resumed", "counted", "warning"]
    | Literal["mapped", "paused", "continued", "cancelling", "finished", "cancelled", "failed", "hidden"]
    | Literal["undoing", "undone", "redone"]
)
#: How a worker can end it.
End = Literal["finished", "cancelled", "failed"]


#: Characters of a message: a table may have 1,000 columns.
_LONGEST = 10_000


class Entry(NamedTuple):
    """`by` is the subject of the token by which somebody asked for it."""

    event: Event
    message: str
    by: str | None = None


def accepted(row: Any) -> Entry:
    """Of an import as it was inserted."""
    who = row["created_by"]
    return Entry("accepted", f"{who} sent {_file(row)} ({row['size']:,} bytes), {_way(row)}.", who)


def applying(who: str, parent: Any) -> Entry:
    """Of the import for real of a dry run."""
    return Entry("accepted", f"{who} applied the dry run {parent['id']}: {_file(parent)} is imported for real.", who)


def retrying(own: Any, parent: Any, rows: int) -> Entry:
    """Of an import that runs rows of another again; `own` are its values that are not the other's."""
    who, file = own["created_by"], own.get("filename")
    mended = f", as {file} has them" if file else ""
    message = f"{who} had {_rows(rows)} that failed in {parent['id']} run again{mended}, {_way(own)}."
    return Entry("accepted", message, who)


def retried(who: str, child: Any, rows: int) -> Entry:
    """In the log of the import whose rows they are."""
    return Entry("retried", f"{who} had {_rows(rows)} that failed run again as {child['id']}, {_way(child)}.", who)


def undoing(who: str, parent: Any) -> Entry:
    """Of an import that takes another out again."""
    return Entry("accepted", f"{who} undoes {parent['id']}, {_file(parent)}: what it alone brought goes.", who)


def begun_undoing(who: str, child: UUID) -> Entry:
    """In the log of the import that is undone."""
    return Entry("undoing", f"{who} undoes it, as {child}.", who)


def undid(status: End, reason: str | None, files: Iterable[Any]) -> Entry:
    """The end of an undo, with what became of the records that it met."""
    words = "All is taken out." if status == "finished" else f"It is {status}: {reason}"
    figures = (
        f"{each['name']}: {each['removed']:,} removed, {each['restored']:,} restored, {each['kept']:,} kept."
        for each in files
    )
    return Entry(status, " ".join((words, *figures)))


def undone(child: UUID) -> Entry:
    """In the log of the import that was undone."""
    return Entry("undone", f"It is undone, by {child}: what it alone brought is gone, and the rest is as without it.")


def redoing(who: str, parent: Any) -> Entry:
    """Of the import that brings back what was undone."""
    return Entry("accepted", f"{who} has {parent['id']}, which was undone, imported again: {_file(parent)}.", who)


def redone(who: str, child: UUID) -> Entry:
    """In the log of the import that was undone."""
    return Entry("redone", f"{who} had it brought back, as {child}.", who)


def mapped(who: str, header: Sequence[str], mapping: Sequence[str | None]) -> Entry:
    """What each column was said to be."""
    columns = ", ".join(
        f"{_short(written)} → {target or 'nothing'}" for written, target in zip(header, mapping, strict=True)
    )
    return Entry("mapped", f"{who} mapped its columns: {columns}."[:_LONGEST], who)


def applied(who: str, child: UUID) -> Entry:
    """In the log of the dry run."""
    return Entry("applied", f"{who} applied it: the same file is imported for real as {child}.", who)


def hidden(who: str) -> Entry:
    """From the lists."""
    return Entry("hidden", f"{who} hid it from the history. What it brought is still there.", who)


def started(files: Iterable[Any]) -> Entry:
    """By its first worker, or after a pause."""
    places = _places(file for file in files if file["seen"])
    return Entry("started", f"A worker goes on with it: {places}." if places else "A worker began with it.")


def paused(who: str) -> Entry:
    """Somebody's wish."""
    return Entry("paused", f"{who} paused it: what is on its way is still written and counted, and then nothing.", who)


def continued(who: str) -> Entry:
    """The end of a pause."""
    return Entry("continued", f"{who} let it go on.", who)


def cancelling(who: str) -> Entry:
    """Of one that a worker has begun with: it is to close what it began."""
    return Entry("cancelling", f"{who} cancelled it: what is on its way is still written and counted.", who)


def never_begun(who: str) -> Entry:
    """Of one that no worker has seen."""
    return Entry("cancelled", f"{who} cancelled it before anything of it was written.", who)


def taken_over(files: Iterable[Any]) -> Entry:
    """By a worker after another, or after itself where its database was away; where each file went on."""
    return Entry("taken_over", f"The worker that had it stopped in the middle; it was taken over: {_places(files)}.")


def waiting(reason: str) -> Entry:
    """For what is away."""
    return Entry("waiting", f"It is {reason}.")


def resumed() -> Entry:
    """What was away is back."""
    return Entry("resumed", "What it waited for is there again; it goes on.")


def counted(files: Iterable[tuple[str, int]]) -> Entry:
    """(name, rows) of each file."""
    found = ", ".join(f"{name} has {_rows(rows)}" for name, rows in files)
    return Entry("counted", f"All of it was read once: {found}.")


def warned(warnings: Iterable[tuple[str, str, str]]) -> list[Entry]:
    """One entry for the (file, code, message)s of one file and code: the first of them, and how many there are."""
    listed = list(warnings)
    counts = Counter((file, code) for file, code, _ in listed)
    first = {(file, code): message for file, code, message in reversed(listed)}
    return [
        Entry("warning", (f"{key[0]}: " if key[0] else "") + first[key] + (f" ({more} in all)" if more > 1 else ""))
        for key, more in counts.items()
    ]


def ended(status: End, dry_run: bool, reason: str | None, files: Iterable[Any]) -> Entry:
    """With the figures of each file."""
    words = {"finished": "It finished.", "cancelled": "It is cancelled.", "failed": f"It failed: {reason}"}[status]
    nothing = " Nothing was written, as it was a dry run." if dry_run else ""
    return Entry(status, " ".join((words + nothing, *map(_figures, files))))


def _places(files: Iterable[Any]) -> str:
    return ", ".join(f"{file['name']} behind row {file['seen']:,}" for file in files)


def _figures(file: Any) -> str:
    figures = ", ".join(f"{file[name]:,} {name}" for name in ("new", "updated", "skipped", "failed"))
    return f"{file['name']}: {_rows(file['seen'])} done, {figures}."


def _file(row: Any) -> str:
    return row["filename"] or "a file without a name"


def _way(row: Any) -> str:
    return "for a dry run, which writes nothing" if row["dry_run"] else "to be imported for real"


def _rows(number: int) -> str:
    return f"{number:,} row" if number == 1 else f"{number:,} rows"


def _short(header: str) -> str:
    """As the log can hold it: a header may be long, and have what Postgres' text has not."""
    return header.strip()[:60].replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
