"""Who is killed in mid-import, and when."""

from random import Random

from tests.faults.course import Scene
from tests.faults.growth import grown
from tests.faults.kills import Failpoints, Kill, kill
from tests.faults.waiting import until

SHOWING = ("progress-aggregator", "http")


async def kill_worker(scene: Scene, failpoints: Failpoints, service: str) -> list[Kill]:
    """Somewhere, and in each of its next three lives at another place."""
    await grown(scene.samples.of[service], over=Random().randrange(300))
    first = await kill(scene.stack, f"{service}-worker")
    failpoints.arm(service)
    return [first, *await failpoints.have_fired(service)]


async def kill_who_shows(scene: Scene) -> list[Kill]:
    """The aggregator, and http once the aggregator is back."""
    return [await kill_shower(scene, name) for name in SHOWING]


async def kill_shower(scene: Scene, name: str) -> Kill:
    """Answers when more is shown than before."""
    shown = scene.watcher.processed(scene.import_id)
    await grown(shown)
    killed = await kill(scene.stack, name)
    await until(lambda: shown.went_on_after(killed.at) is not None)
    return killed
