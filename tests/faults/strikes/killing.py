"""`kill -9`: anywhere, and in each next life at another named place of the code (fault 1)."""

import asyncio
from itertools import pairwise

from tests.faults.growth import DOMAINS, Growth, grown, sampled
from tests.faults.kills import Kill, kill
from tests.faults.round import Blow, Scene, load
from tests.faults.waiting import until

#: Seconds until the work goes on, on a machine that is not overloaded.
WITHIN = 5.0


async def kill_ingest(scene: Scene) -> list[Blow]:
    return await _kill_worker(scene, "ingest")


async def kill_contacts(scene: Scene) -> list[Blow]:
    return await _kill_worker(scene, "contacts")


async def kill_conversations(scene: Scene) -> list[Blow]:
    return await _kill_worker(scene, "conversations")


async def kill_calls(scene: Scene) -> list[Blow]:
    return await _kill_worker(scene, "calls")


async def kill_domain_workers(scene: Scene) -> list[Blow]:
    """All three, so that nobody promises how soon each is back."""
    blows = await asyncio.gather(*(_kill_worker(scene, domain) for domain in DOMAINS))
    return [blow._replace(within=None) for each in blows for blow in each]


async def kill_aggregator(scene: Scene) -> list[Blow]:
    return [await _kill_shower(scene, "progress-aggregator")]


async def kill_http(scene: Scene) -> list[Blow]:
    return [await _kill_shower(scene, "http")]


async def kill_all_workers(scene: Scene) -> list[Blow]:
    """At once, so that nobody promises when they are back."""
    names = [f"{each}-worker" for each in ("ingest", *DOMAINS)] + ["progress-aggregator", "http"]
    for name in names:
        await kill(scene.stack, name)
    return [await scene.over("all killed at once")]


async def _kill_worker(scene: Scene, service: str) -> list[Blow]:
    """Somewhere, and in each of its next lives at another place, or as many of them as the import lasts for."""
    failpoints = scene.ground.failpoints
    async with sampled(scene.stack, scene.import_id) as samples:
        with failpoints.armed(service):
            kills = [await kill(scene.stack, f"{service}-worker")]
            all_fired = len(failpoints.names(service))
            await until(lambda: len(failpoints.fired(service)) == all_fired or _ended(scene), within=60 * load())
            kills += failpoints.fired(service)
        figure = samples.of[service]
        last = await scene.went_on(str(kills[-1]), kills[-1].at, figure, WITHIN)
        return [*(_back(each, then, figure) for each, then in pairwise(kills)), last]


def _back(killed: Kill, then: Kill, figure: Growth) -> Blow:
    """By the next growth of what it does, or by its next death: that is at work again which comes by a failpoint."""
    grown = figure.went_on_after(killed.at)
    at_work = then.at - killed.at
    return Blow(str(killed), at_work if grown is None else min(grown, at_work), WITHIN)


async def _kill_shower(scene: Scene, name: str) -> Blow:
    """Back when more is shown than before."""
    await grown(scene.shown)
    killed = await kill(scene.stack, name)
    return await scene.went_on(str(killed), killed.at, scene.shown, WITHIN)


def _ended(scene: Scene) -> bool:
    return scene.watcher.ended(scene.import_id)
