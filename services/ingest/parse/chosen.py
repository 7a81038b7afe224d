"""Some rows of a file as if they were all of it: what a retry reads. Pure."""

from collections.abc import Iterator, Sequence

from services.ingest.parse.table import Row


def chosen(rows: Iterator[Row], numbers: Sequence[int]) -> Iterator[Row]:
    """Those of the ascending `numbers` alone, numbered 1, 2, 3 …, each with its own line; and the header, number 0."""
    at = 0
    for row in rows:
        if row.number == 0:
            yield row
        elif at == len(numbers):
            return
        elif row.number == numbers[at]:
            at += 1
            yield row._replace(number=at)
