"""`make demo`: the whole way on a stack of its own. Exit code 0 only if all held and nothing is left running."""

import signal
import sys
import tempfile
from itertools import islice
from pathlib import Path
from types import FrameType

import msgspec
from rich.console import Console

from cli import tables
from cli.answers import ENTITIES, Counts, FailedRow, Import
from cli.connection import Connection
from cli.importing import DEFAULT_WAIT, run, title
from cli.private_stack import STOPPING, PrivateStack
from cli.sample import write_sample
from cli.screen import say, screen
from cli.server import Server
from cli.trouble import Trouble

INTERRUPTED = 130
Summary = dict[str, Counts]


def main() -> int:
    for number in STOPPING:
        signal.signal(number, _interrupt)
    with tempfile.TemporaryDirectory(prefix="ringback-demo-") as folder:
        stack = PrivateStack(Path(folder))
        try:
            say("starting Kafka, Postgres and the services …")
            status = 0 if show(stack.start(), Path(folder) / "sample.zip") else 1
        except Trouble as trouble:
            say(str(trouble))
            status = 1
        except KeyboardInterrupt:
            say("interrupted")
            status = INTERRUPTED
        finally:
            left = _stopped(stack)
    held([("the stack ended in order and nothing is left running", not left)])
    for process in left:
        say(f"  {process}")
    return status or bool(left)


def show(where: Connection, archive: Path) -> bool:
    """Dry, for real, and once more. Raises Trouble."""
    screen().print(f"ready: {where.url}\n")
    write_sample(archive, 2_000, 1_500, 20_000, 1_500, 1)
    server = Server(where, DEFAULT_WAIT, say)
    dry = told(server, archive, "1. Dry", dry=True)
    real = told(server, archive, "2. For real", dry=False)
    show_errors(server, real)
    again = told(server, archive, "3. The same file once more", dry=False)
    return held(
        [
            ("every row is accounted for: new + updated + skipped + failed = rows", _sums_up(dry, real, again)),
            ("the dry run's summary is the real run's", dry.summary == real.summary),
            ("the third import has new = updated = 0 for every entity", _nothing_new(again.summary)),
        ]
    )


def told(server: Server, archive: Path, heading: str, dry: bool) -> Import:
    ended, seconds = run(server, str(archive), {"dry_run": str(dry).lower()})
    screen().print(f"{heading}: {title(ended, seconds)}", tables.summary(ended.summary), "", sep="\n")
    if ended.status != "finished":
        raise Trouble(f"import {ended.id} {ended.status}: {ended.reason}")
    return ended


def show_errors(server: Server, ended: Import) -> None:
    """A few are enough to see that each says how to mend its row."""
    items = islice(server.items(f"/v1/imports/{ended.id}/errors"), 5)
    screen().print("The first failed rows:")
    screen().print(tables.errors(msgspec.convert(item, FailedRow) for item in items))
    screen().print()


def held(promises: list[tuple[str, bool]]) -> bool:
    console: Console = screen()
    for sentence, kept in promises:
        console.print(f"{'✓' if kept else '✗'} {sentence}", style="green" if kept else "bold red")
    return all(kept for _, kept in promises)


def _sums_up(*ended: Import) -> bool:
    return all(
        set(each.summary) == set(ENTITIES)
        and all(c.new + c.updated + c.skipped + c.failed == c.rows for c in each.summary.values())
        for each in ended
    )


def _nothing_new(summary: Summary) -> bool:
    return all(counts.new == counts.updated == 0 for counts in summary.values())


def _stopped(stack: PrivateStack) -> list[str]:
    """From here on nobody's impatience counts: a second Ctrl-C would leave processes behind."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    say("stopping the stack …")
    return stack.stop()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
