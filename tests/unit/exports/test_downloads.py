"""A file is read from behind whoever fills it, to its very end; and there are only so many at once."""

import asyncio
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from ringback.exports.download import Filling
from ringback.exports.growing import CHUNK, GrowingFile
from ringback.exports.turns import AT_ONCE, OF_A_TENANT, READING, Turns
from ringback.http.problems import Problem


async def test_a_reader_gets_what_is_there_and_waits_for_the_rest(tmp_path: Path) -> None:
    file, go_on = GrowingFile(tmp_path), asyncio.Event()

    async def fill() -> None:
        file.write(b"a" * (CHUNK + 1))
        file.grown()
        await go_on.wait()
        file.write(b"b")

    filling = Filling(file, fill())
    await filling.begun()
    chunks = filling.chunks()
    assert [await anext(chunks), await anext(chunks)] == [b"a" * CHUNK, b"a"]
    waiting = asyncio.ensure_future(anext(chunks))
    go_on.set()
    assert await waiting == b"b"
    assert [chunk async for chunk in chunks] == []
    assert not os.listdir(tmp_path)


async def test_what_fails_before_the_first_byte_is_raised_at_once_and_later_breaks_the_answer_off(
    tmp_path: Path,
) -> None:
    async def fail(before: Callable[[], object]) -> None:
        before()
        raise ConnectionError("away")

    file = GrowingFile(tmp_path)
    with pytest.raises(ConnectionError):
        await Filling(file, fail(lambda: file.write(b"header"))).begun()

    later, go_on = GrowingFile(tmp_path), asyncio.Event()

    async def break_off() -> None:
        later.write(b"a")
        later.grown()
        await go_on.wait()
        raise ConnectionError("away")

    filling = Filling(later, break_off())
    await filling.begun()
    chunks = filling.chunks()
    assert await anext(chunks) == b"a"
    go_on.set()
    with pytest.raises(ConnectionError):
        await anext(chunks)


async def test_nobody_waits_for_what_nobody_takes(tmp_path: Path) -> None:
    file, ended = GrowingFile(tmp_path), asyncio.Event()

    async def fill() -> None:
        try:
            file.write(b"a")
            file.grown()
            await asyncio.Event().wait()
        finally:
            ended.set()

    filling = Filling(file, fill())
    await filling.begun()
    await filling.stop()
    assert ended.is_set()


def test_a_tenants_turns_leave_others_theirs() -> None:
    turns = Turns()
    with ExitStack() as held:
        for _ in range(OF_A_TENANT):
            held.enter_context(turns.opened("acme"))
        assert refused(turns.opened("acme")) == 429
        held.enter_context(turns.opened("other"))
    with turns.opened("acme"):
        pass


def test_all_together_are_bounded_and_what_ends_makes_room() -> None:
    turns = Turns()
    with ExitStack() as held:
        for number in range(AT_ONCE):
            held.enter_context(turns.opened(str(number)))
        assert refused(turns.opened("one more")) == 503
        for _ in range(READING):
            held.enter_context(turns.reading())
        assert refused(turns.reading()) == 503
    with turns.opened("one more"), turns.reading():
        pass


def refused(turn: AbstractContextManager[None]) -> int:
    with pytest.raises(Problem) as told, turn:
        pass
    assert int((told.value.headers or {})["Retry-After"]) > 0
    return told.value.status
