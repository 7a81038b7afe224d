"""Members of a group that come and go (fault 3)."""

import asyncio
import os
import signal
import time

from tests.faults.kills import running
from tests.faults.round import Blow, Scene
from tests.faults.waiting import until

DOMAINS = ("contacts-worker", "conversations-worker", "calls-worker")


async def rolling_restart(scene: Scene) -> list[Blow]:
    """Three of one domain, each asked to end once the one before it is back."""
    worker = scene.rnd.choice(DOMAINS)
    more = [f"{worker}-2", f"{worker}-3"]
    try:
        await asyncio.gather(*(scene.stack.join(worker, each) for each in more))
        for each in (worker, *more):
            await _restarted(scene, each)
        return [await scene.over(f"three of {worker} restarted in turn")]
    finally:
        await scene.stack.leave(*more)


async def flapping_member(scene: Scene) -> list[Blow]:
    """Joins and dies every 5 seconds."""
    worker, ends = scene.rnd.choice(DOMAINS), time.monotonic() + scene.seconds
    flapping = f"{worker}-flapping"
    try:
        await scene.stack.join(worker, flapping)
        while time.monotonic() < ends:
            await asyncio.sleep(5)
            os.kill(await running(scene.stack, flapping), signal.SIGKILL)
    finally:
        await scene.stack.leave(flapping, within=0)
    return [await scene.over(f"a second {worker} died every 5 s for {scene.seconds:.0f} s")]


async def _restarted(scene: Scene, name: str) -> None:
    before = await running(scene.stack, name)
    os.kill(before, signal.SIGTERM)
    await until(lambda: scene.stack.pid(name) != before)
    await scene.stack.member_ready(name)
