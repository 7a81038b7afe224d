"""The one place where tests wait: for a condition, with a deadline."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import TypeVar

T = TypeVar("T")


async def until(holds: Callable[[], T | Awaitable[T]], within: float = 60, every: float = 0.02) -> T:
    """What `holds` answers once that is true."""
    deadline = time.monotonic() + within
    while True:
        answer = holds()
        if isawaitable(answer):
            answer = await answer
        if answer:
            return answer
        assert time.monotonic() < deadline, f"it did not come true within {within} s"
        await asyncio.sleep(every)
