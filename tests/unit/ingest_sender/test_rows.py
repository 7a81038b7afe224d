"""Rows by their numbers, whatever order they are asked for in."""

from collections.abc import Iterator

import pytest

from ringback.events import Contact, ImportClose
from ringback.events.codec import CODECS
from services.ingest.parse import Bad, Good
from services.ingest.sender import rows as rows_module
from services.ingest.sender.encoding import Encoder
from services.ingest.sender.rows import Rows, SpoolChanged
from tests.unit.ingest_sender.test_encoding import an_import


class File:
    """Every tenth row is bad; `opened` says at which rows it was opened."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.opened: list[int] = []
        self.noted: list[int] = []

    def read(self, start: int) -> Iterator[Good | Bad]:
        self.opened.append(start)
        for number in range(start, self.rows + 1):
            if number % 10 == 0:
                yield Bad(number, number + 1, "bad_phone", "phone", "Mend it.", ["x"])
            else:
                yield Good(number, number + 1, Contact(source="s", name=str(number)), ())

    async def note(self, rows: list[Good | Bad]) -> None:
        self.noted += [row.number for row in rows]


def rows_of(file: File, counted: int | None = None) -> Rows:
    rows = file.rows if counted is None else counted
    close = ImportClose(entities=["contacts"])
    return Rows(rows, file.read, Encoder(an_import(), "contacts"), close, file.note)


def numbers(values: list[bytes]) -> list[int]:
    return [CODECS["contacts"].decode(b"acme", value).sequence for value in values]


async def test_all_rows_come_in_order_with_the_close_behind_them() -> None:
    file = File(25)
    rows = rows_of(file)
    found: list[int] = []
    while len(found) < 26:
        found += numbers(await rows.take(len(found) + 1, 10))
    assert found == list(range(1, 27))
    assert file.opened == [1]


async def test_failed_rows_are_noted_before_they_are_handed_out() -> None:
    file = File(25)
    await rows_of(file).take(1, 20)
    assert file.noted == [10, 20]


async def test_what_is_not_acknowledged_is_repeated_from_memory() -> None:
    file = File(25)
    rows = rows_of(file)
    first = await rows.take(1, 20)
    rows.forget(4)
    assert await rows.take(5, 1) == first[4:5]
    assert await rows.take(5, 100) == first[4:]
    assert file.opened == [1]


async def test_below_or_beyond_memory_the_file_is_opened_there() -> None:
    file = File(25)
    rows = rows_of(file)
    await rows.take(1, 10)
    rows.forget(10)
    assert numbers(await rows.take(18, 2)) == [18, 19]
    assert numbers(await rows.take(3, 2)) == [3, 4]
    assert file.opened == [1, 18, 3]


async def test_a_file_without_rows_is_its_close() -> None:
    assert numbers(await rows_of(File(0)).take(1, 5)) == [1]


async def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "MOST_KEPT", 1_000)
    rows = rows_of(File(25))
    taken = await rows.take(1, 10)
    assert await rows.take(len(taken) + 1, 10) == []
    rows.forget(len(taken))
    assert numbers(await rows.take(len(taken) + 1, 1)) == [len(taken) + 1]


async def test_a_file_that_has_lost_rows_is_said_so() -> None:
    rows = rows_of(File(3), counted=5)
    await rows.take(1, 5)
    with pytest.raises(SpoolChanged):
        await rows.take(4, 5)
