"""The receiver's half of the import protocol: one batch, one transaction, in which rows and counts move together."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple, get_args

import asyncpg

from ringback.events import Entity, ImportUndo
from ringback.ledger.intake import Folds, Intake, Received, Scope, Taken, Undo
from ringback.ledger.line import Line, LineKey, Outcome, Undone, Verdict
from ringback.ledger.statements import read_lines, write_lines
from ringback.postgres.locks import lock_tenants
from ringback.runtime import failpoints, metrics

Counts = Counter[tuple[str, str, str]]
Fold = Callable[[asyncpg.Connection, Scope, Sequence[Taken]], Awaitable[list[Verdict]]]

TakeOut = Callable[[asyncpg.Connection, str, Entity, ImportUndo], Awaitable[Undone]]

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class Domain(NamedTuple):
    """What a domain service brings: its name, its entities, its shadow tables, and the fold of events into rows.

    `fold` reads and writes within the transaction it is given, and answers one verdict for each event, in order;
    `undo` takes an import out of a tenant's next records of the entity.
    """

    name: str
    entities: tuple[Entity, ...]
    shadows: tuple[str, ...]
    fold: Fold
    undo: TakeOut


async def apply(connection: asyncpg.Connection, domain: Domain, batch: Sequence[Received]) -> Iterable[Line]:
    """Writes what the ledger takes of `batch`, commits, and answers every line that it spoke of."""
    async with connection.transaction():
        await lock_tenants(connection, {received.event.tenant for received in batch})
        lines = await read_lines(connection, _line_keys(batch))
        before, live = _counts(lines.values()), Counts()
        intake = Intake(lines).take(batch)
        for step in intake.steps:
            if isinstance(step, Undo):
                step.line.count_undone(await domain.undo(connection, step.line.tenant, step.line.entity, step.command))
            else:
                live += await _fold(connection, domain, step)
        await write_lines(connection, intake.moved.values())
        failpoints.hit(f"{domain.name}.before-commit")
    _tell(_counts(intake.lines) - before + live)
    return intake.lines


async def _fold(connection: asyncpg.Connection, domain: Domain, folds: Folds) -> Counts:
    """Counts the rows on their lines, and answers what became of live events."""
    live = Counts()
    for scope, taken in folds.items():
        verdicts = await domain.fold(connection, scope, taken)
        for each, verdict in zip(taken, verdicts, strict=True):
            if each.line is not None:
                each.line.count(verdict)
            else:
                live[each.entity, "live", verdict.outcome] += 1
    return live


def _counts(lines: Iterable[Line]) -> Counts:
    """By entity, origin and outcome."""
    counts = Counts()
    for line in lines:
        for outcome in OUTCOMES:
            counts[line.entity, "dry_run" if line.dry_run else "import", outcome] += getattr(line, outcome)
    return counts


def _tell(counts: Counts) -> None:
    for labels, count in counts.items():
        metrics.ROWS.labels(*labels).inc(count)


def _line_keys(batch: Sequence[Received]) -> list[LineKey]:
    return list({key for received in batch if (key := received.line_key) is not None})
