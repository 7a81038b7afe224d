"""What an import and the retries of its failed rows came to together. Pure.

Each row that failed is in one retry at a time and in none after it was mended. So what a retry did not fail has failed
in the import and is no more, and sums are enough: for any number of imports at once, as for one.
"""

from collections.abc import Mapping
from typing import NamedTuple

from ringback.events import Entity


class Figures(NamedTuple):
    """Rows of one file: read, and by what became of them."""

    seen: int = 0
    new: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0

    @property
    def mended(self) -> int:
        """All that did not fail."""
        return self.new + self.updated + self.skipped


NOTHING = Figures()


def whole(own: Figures, retries: Figures) -> Figures:
    """`failed` are the rows that fail still. Where `seen` was the sum of the others, it is so again."""
    return Figures(
        own.seen,
        own.new + retries.new,
        own.updated + retries.updated,
        own.skipped + retries.skipped,
        own.failed - retries.mended,
    )


def wholes(own: Mapping[Entity, Figures], retries: Mapping[Entity, Figures]) -> dict[Entity, Figures]:
    """By file; a retry has no file that its import has not."""
    return {entity: whole(figures, retries.get(entity, NOTHING)) for entity, figures in own.items()}
