"""What is kept of single rows: each that failed, with its cells, and the first warnings of each kind."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial

from ringback.events import Entity, Notice, Tally
from services.ingest import statements
from services.ingest.parse.rows import Bad, Good
from services.ingest.reading import MOST_WARNINGS, Work
from services.ingest.statements import FailedRow, FileWarning, Import
from services.ingest.store import Store

#: Characters of a message, which is part of its key: Postgres indexes no more than 2,704 bytes.
LONGEST = 500


class Remarks:
    """Of one import. Everything is kept once however often it is told, since a row is its key."""

    def __init__(self, it: Import, store: Store) -> None:
        self._import, self._store = it, store
        self._works: dict[Entity, Work] = {}
        self._warned: Counter[tuple[Entity, str]] = Counter()
        self._told: dict[Entity, tuple[int, int]] = {}

    def read_from(self, works: Iterable[Work]) -> None:
        """Where the cells of a row are found that only a domain service refused."""
        self._works = {work.file.entity: work for work in works}

    async def read(self, entity: Entity, rows: list[Good | Bad]) -> None:
        """What the parser said of rows that are about to be sent."""
        failed = [_failed(entity, row) for row in rows if isinstance(row, Bad)]
        warnings = [
            FileWarning(entity, row.number, each.code, each.column, each.message)
            for row in rows
            if isinstance(row, Good)
            for each in row.warnings
            if self._first_of(entity, each.code)
        ]
        await self._keep(failed, warnings)

    async def tallied(self, line: Tally) -> None:
        """What a domain service said of rows; the lists of a tally only grow."""
        failures, warnings = self._told.get(line.entity, (0, 0))
        if (len(line.failures), len(line.warnings)) == (failures, warnings):
            return
        await self._keep(
            self._refused(line.entity, line.failures[failures:]),
            [
                FileWarning(line.entity, each.sequence, each.code, None, each.message[:LONGEST])
                for each in line.warnings[warnings:]
            ],
        )
        self._told[line.entity] = len(line.failures), len(line.warnings)

    def _refused(self, entity: Entity, notices: Sequence[Notice]) -> list[FailedRow]:
        """Without their cells where the import was cancelled before its file could be read."""
        work = self._works.get(entity)
        cells = work.cells({each.sequence for each in notices}) if work is not None and notices else {}
        return [
            FailedRow(entity, each.sequence, line, each.code, None, each.message, json.dumps(row))
            for each in notices
            for line, row in [cells.get(each.sequence, (0, []))]
        ]

    async def _keep(self, failed: list[FailedRow], warnings: list[FileWarning]) -> None:
        if failed:
            await self._store.run(partial(statements.fail, it=self._import, rows=failed))
        if warnings:
            await self._store.run(partial(statements.warn, it=self._import, warnings=warnings))

    def _first_of(self, entity: Entity, code: str) -> bool:
        self._warned[entity, code] += 1
        return self._warned[entity, code] <= MOST_WARNINGS


def _failed(entity: Entity, row: Bad) -> FailedRow:
    return FailedRow(entity, row.number, row.line, row.code, row.column, row.message, json.dumps(row.cells))
