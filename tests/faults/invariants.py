"""What must hold after any fault (docs/faults.md), against the reference's own reading of the files."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.faults.counting import count_records
from tests.faults.letters import dead_letters
from tests.faults.round import Played, Round, load
from tests.faults.shown import as_the_api_shows, shown
from tests.faults.waiting import until
from tests.faults.watcher import check_never_back

LIVE = ("contacts", "messages", "calls")


class Judgement:
    """`violations` are the promises that did not hold, each with what was seen instead."""

    def __init__(self) -> None:
        self.violations: list[str] = []

    @contextmanager
    def of(self, promise: str) -> Iterator[None]:
        """The assertions within are one promise."""
        try:
            yield
        except AssertionError as broken:
            self.violations.append(f"{promise}: {str(broken)[:2_000]}")


async def judge(played: Round) -> list[str]:
    """The violations; none is what is promised."""
    judgement = Judgement()
    one, other = played.played
    for each in played.played:
        _judge_figures(judgement, each)
    for each, live in ((one, played.live.sent), (other, 0)):
        with judgement.of("I1, no record twice and none lost"):
            await _check_records(played, each, live)
    with judgement.of("I1, what is read back is what was imported"):
        assert await shown(other.tenant) == as_the_api_shows(other.told.snapshot, *other.imports[1:])
    with judgement.of("I3, nothing that was sent is a dead letter"):
        keys = {each.tenant.name.encode() for each in played.played}
        unread = [each.value for each in await dead_letters(played.stack.cluster.bootstrap) if each.key in keys]
        assert unread == []
    with judgement.of("the API answers, with 503 at worst, in 5 s"):
        played.probe.check(load())
    for blow in played.blows:
        with judgement.of(f"{blow.what}: the work goes on in time"):
            assert blow.within is None or blow.seconds <= blow.within * load(), f"{blow.seconds:.1f} s"
    return judgement.violations


def _judge_figures(judgement: Judgement, each: Played) -> None:
    who, (dry, real, again) = each.tenant.name, each.imports
    for it, told, promise in (
        (dry, each.told.first, "I8, a dry run has the exact figures"),
        (real, each.told.first, "I1 and I2, every row is counted, as what it is"),
        (again, each.told.again, "I7, the same file again is neither new nor updated"),
    ):
        with judgement.of(f"{promise} ({who})"):
            assert it["status"] == "finished", (it["status"], it["reason"])
            assert it["summary"] == told, _differing(it["summary"], told)
        with judgement.of(f"I9, progress never goes back and ends whole ({who})"):
            check_never_back(each.watcher.of(it["id"]))
    with judgement.of(f"I8, a dry run leaves nothing to read ({who})"):
        assert each.readable_after_dry == []


async def _check_records(played: Round, each: Played, live: int) -> None:
    """Live events have no ledger: they are all in some time after the last was sent."""
    told = {entity: count + (live if entity in LIVE else 0) for entity, count in each.told.records.items()}

    async def all_there() -> bool:
        there = await count_records(played.stack, each.tenant.name)
        return all(there[entity] >= told[entity] for entity in told)

    try:
        await until(all_there, within=20 * load(), every=0.2)
    finally:
        there = await count_records(played.stack, each.tenant.name)
    assert there == told, _differing(there, told)


def _differing(found: dict[str, Any], told: dict[str, Any]) -> str:
    return "; ".join(f"{each}: {found.get(each)}, not {told[each]}" for each in told if found.get(each) != told[each])
