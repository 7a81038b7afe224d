"""The receiver's half of the import protocol: one batch, one transaction, in which rows and counts move together."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

import asyncpg

from ringback.events import Entity
from ringback.ledger.intake import Intake, Received, Scope, Taken
from ringback.ledger.line import Line, LineKey, Verdict
from ringback.ledger.statements import read_lines, write_lines
from ringback.postgres.locks import lock_tenants
from ringback.runtime import failpoints

Fold = Callable[[asyncpg.Connection, Scope, Sequence[Taken]], Awaitable[list[Verdict]]]


class Domain(NamedTuple):
    """What a domain service brings: its name, its entities, its shadow tables, and the fold of events into rows.

    `fold` reads and writes within the transaction it is given, and answers one verdict for each event, in order.
    """

    name: str
    entities: tuple[Entity, ...]
    shadows: tuple[str, ...]
    fold: Fold


async def apply(connection: asyncpg.Connection, domain: Domain, batch: Sequence[Received]) -> Iterable[Line]:
    """Writes what the ledger takes of `batch`, commits, and answers every line that it spoke of."""
    async with connection.transaction():
        await lock_tenants(connection, {received.event.tenant for received in batch})
        intake = Intake(await read_lines(connection, _line_keys(batch))).take(batch)
        for scope, taken in intake.scopes.items():
            verdicts = await domain.fold(connection, scope, taken)
            for each, verdict in zip(taken, verdicts, strict=True):
                if each.line is not None:
                    each.line.count(verdict)
        await write_lines(connection, intake.moved.values())
        failpoints.hit(f"{domain.name}.before-commit")
    return intake.lines


def _line_keys(batch: Sequence[Received]) -> list[LineKey]:
    return list({key for received in batch if (key := received.line_key) is not None})
