"""What is kept of a table for who maps it: its header, its first rows, samples of its values and the suggestions."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from ringback.events import Entity
from services.ingest.mapping.suggest import LOOKED_AT, PASSED_OVER, Suggestion, is_ours, suggest
from services.ingest.parse.frame import Mapping
from services.ingest.parse.table import Row
from services.ingest.parse.unrolled import unrolled_row

#: Rows that a person is shown, and sample values of a column.
SHOWN, SAMPLES = 10, 5
_SAMPLE = 100
#: Characters of all rows that are kept as they stand; above, each cell is cut, which no contact's or call's text is.
_KEPT, _CUT = 1 << 20, 2_000


class Offer(msgspec.Struct, frozen=True):
    """Of one table. `rows` are its first ones as they stand in it."""

    header: list[str]
    rows: list[tuple[int, list[str], tuple[str, ...]]]
    samples: list[list[str]]
    suggestions: list[Suggestion]

    @property
    def certain(self) -> bool:
        """Whether nobody has to be asked."""
        return all(each.certain for each in self.suggestions)

    @property
    def mapping(self) -> Mapping:
        """As suggested."""
        return tuple(each.target for each in self.suggestions)

    def chunks(self) -> Iterator[bytes]:
        """Header and rows as a file of rows, which `parse` reads like any other."""
        yield unrolled_row(1, self.header)
        for line, cells, flaw in self.rows:
            yield unrolled_row(line, cells, *flaw)


def offer(entity: Entity, header: Sequence[str], rows: Sequence[Row], region: str) -> Offer:
    """`rows` are the first `LOOKED_AT` below the header, or all."""
    whole = [row.cells for row in rows[:LOOKED_AT] if row.flaw is None]
    samples = [_samples(whole, at) for at in range(len(header))]
    return Offer(list(header), _shown(rows[:SHOWN]), samples, suggest(entity, header, whole, region))


def passed_over(entity: Entity, it: Offer) -> list[str]:
    """Headers left out without anybody's word; none of our own exports, which lose nothing by it."""
    if is_ours(entity, it.header):
        return []
    return [name.strip() for name, each in zip(it.header, it.suggestions, strict=True) if each == PASSED_OVER]


def kept(it: Offer) -> Any:
    """As JSON can hold it; as text it must be ASCII, for there may be U+0000 and halves of surrogate pairs in it."""
    return msgspec.to_builtins(it)


def again(kept: object) -> Offer:
    """What `kept` made, as the database has read it."""
    return msgspec.convert(kept, Offer)


def _shown(rows: Sequence[Row]) -> list[tuple[int, list[str], tuple[str, ...]]]:
    size = sum(len(cell) for row in rows for cell in row.cells)
    cut = None if size <= _KEPT else _CUT
    return [(row.line, [cell[:cut] for cell in row.cells], _flaw(row)) for row in rows]


def _flaw(row: Row) -> tuple[str, ...]:
    """As a file of rows has it: with its detail, which a text's own rows have none of."""
    return () if row.flaw is None else (row.flaw, row.detail)


def _samples(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    """Different values, the first ones."""
    values = (row[at].strip()[:_SAMPLE] for row in rows if at < len(row))
    return list(dict.fromkeys(each for each in values if each))[:SAMPLES]
